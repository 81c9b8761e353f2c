using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>What a request to <c>/v1/chat/completions</c> asks for.</summary>
/// <param name="Model">The model's name as the client wrote it.</param>
/// <param name="Asked">The conversation, and how it is to be answered.</param>
sealed record ChatCompletionRequest(string Model, AskedAnswer Asked)
{
    /// <summary>More answers at once would only be a way around the limits on requests.</summary>
    const int MostAnswers = 8;

    /// <summary>Fields of the API that would change the answer, and that this server doesn't do.</summary>
    static readonly string[] Unsupported = ["audio", "function_call", "functions", "moderation", "prediction", "verbosity", "web_search_options"];

    /// <summary>Not the model: it is a word of whoever asks.</summary>
    public override string ToString() => nameof(ChatCompletionRequest);

    internal bool Stream { get; init; }

    internal bool IncludeUsage { get; init; }

    internal int Answers { get; init; } = 1;

    /// <exception cref="Refusal">A field is wrong, or not supported.</exception>
    internal static ChatCompletionRequest Read(RequestBody body)
    {
        body.Refuse(Unsupported);
        body.RefuseTrue("store");
        if (body.Texts("modalities").Any(m => m != "text"))
            throw Refusal.Unsupported("modalities", "'modalities' asks for something else than text, which is not supported here.");
        var (stream, includeUsage) = StreamFields.Read(body);
        var logProbabilities = body.Flag("logprobs");
        if (!logProbabilities && body.Has("top_logprobs"))
            throw Refusal.Invalid("top_logprobs", "'top_logprobs' belongs to requests with \"logprobs\": true.");
        var tools = OpenAiTools.Read(body);
        var conversation = new ChatPrompt(OpenAiMessages.Read(body), ReasoningEffort.OptionsJson(body, "reasoning_effort")) { Tools = tools.Offered, ToolChoice = tools.Choice, RequiredTool = tools.Required };
        var asked = new AskedAnswer(conversation, OpenAiSampling.Read(body, "max_completion_tokens", "max_tokens"))
        {
            LogProbabilities = logProbabilities ? (int)(body.Whole("top_logprobs", 0, 20) ?? 0) : null,
            Constraint = ResponseFormats.Read(body.Object("response_format")),
            ManyCalls = body.Flag("parallel_tool_calls", otherwise: true),
        };
        return new(body.Text("model"), asked.Checked("response_format"))
        {
            Stream = stream,
            IncludeUsage = includeUsage,
            Answers = (int)(body.Whole("n", 1, MostAnswers) ?? 1),
        };
    }
}
