using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>What a request to <c>/v1/chat/completions</c> asks for.</summary>
/// <param name="Model">The model's name as the client wrote it.</param>
/// <param name="Conversation">The messages and tools.</param>
sealed record ChatCompletionRequest(string Model, ChatPrompt Conversation)
{
    /// <summary>More answers at once would only be a way around the limits on requests.</summary>
    const int MostAnswers = 8;

    /// <summary>Fields of the API that would change the answer, and that this server doesn't do.</summary>
    static readonly string[] Unsupported = ["audio", "function_call", "functions", "prediction", "verbosity", "web_search_options"];

    /// <summary>Not the model: it is a word of whoever asks.</summary>
    public override string ToString() => nameof(ChatCompletionRequest);

    internal required AskedSampling Sampling { get; init; }

    internal bool Stream { get; init; }

    internal bool IncludeUsage { get; init; }

    internal int Answers { get; init; } = 1;

    /// <summary>How many of the most likely tokens are listed beside each; null for no log-probabilities.</summary>
    internal int? LogProbabilities { get; init; }

    internal AnswerConstraint? Constraint { get; init; }

    /// <summary>False: the answer ends after its first call.</summary>
    internal bool ManyCalls { get; init; } = true;

    /// <exception cref="Refusal">A field is wrong, or not supported.</exception>
    internal static ChatCompletionRequest Read(RequestBody body)
    {
        body.Refuse(Unsupported);
        if (body.Flag("store"))
            throw Refusal.Unsupported("store", "'store' is true, and nothing is stored here. Leave it out.");
        if (body.Texts("modalities").Any(m => m != "text"))
            throw Refusal.Unsupported("modalities", "'modalities' asks for something else than text, which is not supported here.");
        var stream = body.Flag("stream");
        if (!stream && body.Has("stream_options"))
            throw Refusal.Invalid("stream_options", "'stream_options' belongs to requests with \"stream\": true.");
        var logProbabilities = body.Flag("logprobs");
        if (!logProbabilities && body.Has("top_logprobs"))
            throw Refusal.Invalid("top_logprobs", "'top_logprobs' belongs to requests with \"logprobs\": true.");
        var tools = OpenAiTools.Read(body);
        return new(body.Text("model"), new ChatPrompt(OpenAiMessages.Read(body), OptionsJson(body)) { Tools = tools.Offered, ToolChoice = tools.Choice })
        {
            Sampling = AskedSampling.ReadOpenAi(body),
            Stream = stream,
            IncludeUsage = body.Object("stream_options")?.Flag("include_usage") ?? false,
            Answers = (int)(body.Whole("n", 1, MostAnswers) ?? 1),
            LogProbabilities = logProbabilities ? (int)(body.Whole("top_logprobs", 0, 20) ?? 0) : null,
            Constraint = ResponseFormats.Read(body.Object("response_format")),
            ManyCalls = body.Flag("parallel_tool_calls", otherwise: true),
        };
    }

    /// <summary>The request of one of the answers.</summary>
    internal GenerationRequest For(ModelSettings settings, int index)
    {
        var messages = settings.System is { } system && !Conversation.Messages.Any(m => m.Role is "system")
            ? (IReadOnlyList<ChatMessage>)[new("system", system), .. Conversation.Messages]
            : Conversation.Messages;
        return settings.Asking with
        {
            Prompt = Conversation with { Messages = messages },
            MaxTokens = Sampling.MaxTokens ?? settings.Asking.MaxTokens,
            Stop = Sampling.Stop.Count > 0 ? Sampling.Stop : settings.Asking.Stop,
            Sampling = Sampling.Over(settings.Asking.Sampling, index),
            LogProbabilities = LogProbabilities,
            Constraint = Constraint,
        };
    }

    /// <summary>Reasoning models have templates with a switch of this name.</summary>
    static PrivateText? OptionsJson(RequestBody body)
    {
        if (body.Word("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh") is not { } effort)
            return null;
        // One of the words above: it needs no escapes.
        return new PrivateText(effort == "none" ? """{"enable_thinking": false}""" : $$"""{"enable_thinking": true, "reasoning_effort": "{{effort}}"}""");
    }
}
