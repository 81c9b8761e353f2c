using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>What a request to <c>/v1/responses</c> asks for.</summary>
/// <param name="Model">The model's name as the client wrote it.</param>
/// <param name="Asked">The conversation, and how it is to be answered.</param>
/// <param name="Body">The request itself: a response repeats parts of it.</param>
sealed record ResponseRequest(string Model, AskedAnswer Asked, RequestBody Body)
{
    const string LogProbabilitiesOfText = "message.output_text.logprobs";

    /// <summary>Fields of the API that would change the answer, or need what is stored here, and that this server doesn't do.</summary>
    static readonly string[] Unsupported = ["context_management", "conversation", "max_tool_calls", "moderation", "previous_response_id", "prompt"];

    /// <summary>Not the model: it is a word of whoever asks.</summary>
    public override string ToString() => nameof(ResponseRequest);

    internal bool Stream { get; init; }

    /// <summary>The tools as they are offered to the model.</summary>
    internal IReadOnlyList<ToolDefinition> Tools => ((ChatPrompt)Asked.Prompt).Tools;

    /// <exception cref="Refusal">A field is wrong, or not supported.</exception>
    internal static ResponseRequest Read(RequestBody body)
    {
        body.Refuse(Unsupported);
        // The API stores what it isn't told to forget; here nothing is ever stored, and whoever demands it is told.
        body.RefuseTrue("background", "store");
        if (body.Word("truncation", "auto", "disabled") == "auto")
            throw Refusal.Unsupported("truncation", "'truncation' is \"auto\", and nothing is cut here. Leave it out, and shorten the input where it is too long.");
        CheckMetadata(body);
        var (text, reasoning) = (body.Object("text"), body.Object("reasoning"));
        text?.Refuse("verbosity");
        reasoning?.Refuse("context", "mode");
        reasoning?.Word("summary", "auto", "concise", "detailed");
        var tools = OpenAiTools.Read(body, isFlat: true);
        var options = reasoning is { } given ? ReasoningEffort.OptionsJson(given, "effort") : null;
        var conversation = new ChatPrompt(ResponseInput.Read(body), options) { Tools = tools.Offered, ToolChoice = tools.Choice, RequiredTool = tools.Required };
        return new(body.Text("model"), Ask(body, conversation, text?.Object("format")).Checked("text.format"), body) { Stream = body.Flag("stream") };
    }

    static AskedAnswer Ask(RequestBody body, ChatPrompt conversation, RequestBody? format) => new(conversation, OpenAiSampling.Read(body, "max_output_tokens"))
    {
        LogProbabilities = LogProbabilities(body),
        Constraint = ResponseFormats.Read(format, isFlat: true),
        ManyCalls = body.Flag("parallel_tool_calls", otherwise: true),
    };

    static int? LogProbabilities(RequestBody body)
    {
        var included = body.Texts("include");
        if (included.Any(i => i != LogProbabilitiesOfText))
            throw Refusal.Unsupported("include", $"'include' asks for something else than {LogProbabilitiesOfText}, which is not supported here.");
        var top = (int)(body.Whole("top_logprobs", 0, 20) ?? 0);
        return included.Count > 0 || top > 0 ? top : null;
    }

    /// <summary>Clients read it as texts by name.</summary>
    static void CheckMetadata(RequestBody body)
    {
        if (body.Object("metadata") is { } metadata && metadata.Element.EnumerateObject().Any(m => m.Value.ValueKind != JsonValueKind.String))
            throw Refusal.Invalid("metadata", "'metadata' has something else than texts.");
    }
}
