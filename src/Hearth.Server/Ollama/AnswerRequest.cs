using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary>What requests to <c>/api/chat</c> and <c>/api/generate</c> have in common.</summary>
/// <param name="Model">The model's name as the client wrote it.</param>
/// <param name="Asked">What is asked; null where the model is only to be loaded, or given up.</param>
sealed record AnswerRequest(string Model, AskedAnswer? Asked)
{
    const int MostTop = 20;

    /// <summary>Not the model: it is a word of whoever asks.</summary>
    public override string ToString() => nameof(AnswerRequest);

    internal bool Stream { get; init; }

    internal ModelUse Use { get; init; } = new(null, null);

    /// <exception cref="Refusal">A field is wrong, or not supported.</exception>
    internal static AnswerRequest Read(RequestBody body, Prompt? prompt)
    {
        var (isListed, top) = (body.Flag("logprobs"), (int)(body.Whole("top_logprobs", 0, MostTop) ?? 0));
        if (!isListed && top > 0)
            throw Refusal.Invalid("top_logprobs", "'top_logprobs' belongs to requests with \"logprobs\": true.");
        var (sampling, constraint) = (OllamaOptions.Read(body), OllamaFields.Format(body));
        var asked = prompt is null ? null : new AskedAnswer(prompt, sampling) { Constraint = constraint, LogProbabilities = isListed ? top : null };
        return new(OllamaFields.Model(body), asked?.Checked("format"))
        {
            Stream = OllamaFields.Stream(body),
            Use = ModelUse.Read(body),
        };
    }
}
