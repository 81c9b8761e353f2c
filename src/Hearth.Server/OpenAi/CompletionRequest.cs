using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>What a request to <c>/v1/completions</c> asks for.</summary>
/// <param name="Model">The model's name as the client wrote it.</param>
/// <param name="Prompts">What is to be continued, and how.</param>
sealed record CompletionRequest(string Model, IReadOnlyList<AskedAnswer> Prompts)
{
    /// <summary>Answers to all prompts together. LangChain sends twenty prompts at once.</summary>
    const int MostAnswers = 32;

    /// <summary>As the API has it.</summary>
    const int UsualTokens = 16;

    /// <summary>Not the model: it is a word of whoever asks.</summary>
    public override string ToString() => nameof(CompletionRequest);

    internal bool Stream { get; init; }

    internal bool IncludeUsage { get; init; }

    /// <summary>Whether the answer repeats the prompt.</summary>
    internal bool Echo { get; init; }

    /// <summary>Answers to each prompt.</summary>
    internal int Answers { get; init; } = 1;

    internal bool HasLogProbabilities => Prompts[0].LogProbabilities is not null;

    /// <exception cref="Refusal">A field is wrong, or not supported.</exception>
    internal static CompletionRequest Read(RequestBody body)
    {
        body.Refuse("suffix");
        var (stream, includeUsage) = StreamFields.Read(body);
        var (answers, echo) = (AnswersOf(body), body.Flag("echo"));
        var logProbabilities = (int?)body.Whole("logprobs", 0, 5);
        if (echo && logProbabilities is not null)
            throw Refusal.Unsupported("logprobs", "'logprobs' with 'echo' asks for the log-probabilities of the prompt, too, which are not supported here. Leave one of them out.");
        var sampling = OpenAiSampling.Read(body, "max_tokens");
        sampling = sampling with { MaxTokens = sampling.MaxTokens ?? UsualTokens };
        return new(body.Text("model"), [.. Inputs(body, answers).Select(prompt => new AskedAnswer(prompt, sampling) { LogProbabilities = logProbabilities, IgnoresEnd = body.Flag("ignore_eos") })])
        {
            Stream = stream,
            IncludeUsage = includeUsage,
            Echo = echo,
            Answers = answers,
        };
    }

    static List<Prompt> Inputs(RequestBody body, int answers)
    {
        var prompts = PromptInputs.Read(body, "prompt", MostAnswers);
        return prompts.Count * answers <= MostAnswers
            ? prompts
            : throw Refusal.Invalid("n", $"'n' is {answers} and 'prompt' has {prompts.Count} texts; together at most {MostAnswers} answers belong to a request.");
    }

    /// <summary>How many answers each prompt gets. Choosing the best of more is not done.</summary>
    static int AnswersOf(RequestBody body)
    {
        var answers = (int)(body.Whole("n", 1, MostAnswers) ?? 1);
        var tried = body.Whole("best_of", 1, int.MaxValue) ?? answers;
        if (tried < answers)
            throw Refusal.Invalid("best_of", $"'best_of' is {tried}, less than 'n', which is {answers}.");
        return tried == answers ? answers : throw Refusal.Unsupported("best_of", $"'best_of' is {tried}, more than 'n', which is {answers}. Choosing among answers is not supported here.");
    }
}
