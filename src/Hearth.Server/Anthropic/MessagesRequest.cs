using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.OpenAi;
using Hearth.Server.Serving;

namespace Hearth.Server.Anthropic;

/// <summary>What a request to <c>/v1/messages</c> asks for.</summary>
/// <param name="Model">The model's name as the client wrote it.</param>
/// <param name="Asked">The conversation, and how it is to be answered.</param>
sealed record MessagesRequest(string Model, AskedAnswer Asked)
{
    /// <summary>Less is not a budget in this API.</summary>
    const int LeastBudget = 1024;

    /// <summary>Fields of the API that would change the answer, and that this server doesn't do.</summary>
    static readonly string[] Unsupported = ["container", "context_management", "mcp_servers", "output_format"];

    /// <summary>Not the model: it is a word of whoever asks.</summary>
    public override string ToString() => nameof(MessagesRequest);

    internal bool Stream { get; init; }

    /// <exception cref="Refusal">A field is wrong, or not supported.</exception>
    internal static MessagesRequest Read(RequestBody body)
    {
        // There is one tier here, which is what both words can mean.
        body.Word("service_tier", "auto", "standard_only");
        var request = ReadPrompt(body);
        return request with { Asked = request.Asked.Checked("output_config.format") with { Sampling = Sampling(body) }, Stream = body.Flag("stream") };
    }

    /// <summary>The same without what says how tokens are drawn: what <c>/v1/messages/count_tokens</c> takes.</summary>
    /// <exception cref="Refusal">A field is wrong, or not supported.</exception>
    internal static MessagesRequest ReadPrompt(RequestBody body)
    {
        body.Refuse(Unsupported);
        var tools = AnthropicTools.Read(body);
        var output = body.Object("output_config");
        var conversation = new ChatPrompt(AnthropicMessages.Read(body), Reasoning(body.Object("thinking"), output)) { Tools = tools.Offered, ToolChoice = tools.Choice, RequiredTool = tools.Required };
        return new(body.Text("model"), new(conversation, new()) { Constraint = Constraint(output?.Object("format")), ManyCalls = tools.ManyCalls });
    }

    static AskedSampling Sampling(RequestBody body)
    {
        var (temperature, topP, topK) = (body.Number("temperature", 0, 1), body.Number("top_p", 0, 1), body.Whole("top_k", 0, int.MaxValue));
        return new()
        {
            MaxTokens = (int?)body.Whole("max_tokens", 1, int.MaxValue) ?? throw Refusal.Invalid("max_tokens", "'max_tokens' is missing; a whole number from 1 on belongs there."),
            Stop = AskedSampling.Stops(body, "stop_sequences"),
            Change = options => options with
            {
                Temperature = (float?)temperature ?? options.Temperature,
                TopP = (float?)topP ?? options.TopP,
                TopK = (int?)topK ?? options.TopK,
            },
        };
    }

    static PrivateText? Reasoning(RequestBody? thinking, RequestBody? output)
    {
        var effort = output?.Word("effort", "low", "medium", "high", "xhigh", "max");
        if (thinking is not { } given)
            return ReasoningSwitch.Options(null, effort);
        var type = given.Word("type", "enabled", "disabled", "adaptive") ?? given.Text("type");
        // A target that no template knows: what ends an answer is max_tokens.
        if (type == "enabled" && given.Whole("budget_tokens", LeastBudget, int.MaxValue) is null)
            throw Refusal.Invalid(given.Name("budget_tokens"), $"'{given.Name("budget_tokens")}' is missing; a whole number from {LeastBudget} on belongs there.");
        if (given.Word("display", "summarized", "omitted") == "omitted")
            throw Refusal.Unsupported(given.Name("display"), $"'{given.Name("display")}' asks for reasoning that is kept back and can be continued, which is not supported here. Leave it out.");
        return ReasoningSwitch.Options(type != "disabled", effort);
    }

    static AnswerConstraint? Constraint(RequestBody? format)
    {
        if (format is not { } given)
            return null;
        return given.Text("type") == "json_schema"
            ? ResponseFormats.Schema(given)
            : throw Refusal.Invalid(given.Name("type"), $"'{given.Name("type")}' is not json_schema.");
    }
}
