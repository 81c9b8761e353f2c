using Microsoft.Extensions.AI;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Hearth.Requests.Chat;

/// <summary>From the messages and options of Microsoft.Extensions.AI to a request of ours.</summary>
static class ChatRequests
{
    internal static GenerationRequest Translate(IEnumerable<AiMessage> messages, ChatOptions? options, IChatClient client)
    {
        var conversation = ChatMessages.Translate(messages);
        if (options is null)
            return new(new ChatPrompt(conversation));

        Refuse(options);
        if (options.Instructions is { Length: > 0 } instructions)
            conversation.Insert(0, new(ChatRole.System.Value, instructions));

        var defaults = options.RawRepresentationFactory?.Invoke(client) as GenerationRequest ?? new GenerationRequest(new ChatPrompt([]));
        var chat = defaults.Prompt as ChatPrompt ?? new([]);
        return defaults with
        {
            Prompt = chat with
            {
                Messages = conversation,
                Tools = options.Tools is { Count: > 0 } tools ? [.. tools.Select(Translate)] : chat.Tools,
                ToolChoice = options.ToolMode switch
                {
                    null => chat.ToolChoice,
                    NoneChatToolMode => ToolChoice.None,
                    RequiredChatToolMode => ToolChoice.Required,
                    _ => ToolChoice.Auto,
                },
                RequiredTool = options.ToolMode is RequiredChatToolMode required ? required.RequiredFunctionName : chat.RequiredTool,
            },
            MaxTokens = options.MaxOutputTokens ?? defaults.MaxTokens,
            Stop = options.StopSequences is { } stops ? [.. stops] : defaults.Stop,
            Sampling = Translate(options, defaults.Sampling),
            Constraint = Translate(options.ResponseFormat) ?? defaults.Constraint,
        };
    }

    static SamplingOptions Translate(ChatOptions options, SamplingOptions defaults) => defaults with
    {
        Temperature = options.Temperature ?? defaults.Temperature,
        TopK = options.TopK ?? defaults.TopK,
        TopP = options.TopP ?? defaults.TopP,
        FrequencyPenalty = options.FrequencyPenalty ?? defaults.FrequencyPenalty,
        PresencePenalty = options.PresencePenalty ?? defaults.PresencePenalty,
        Seed = options.Seed is { } seed ? unchecked((ulong)seed) : defaults.Seed,
    };

    static AnswerConstraint? Translate(ChatResponseFormat? format) => format switch
    {
        null or ChatResponseFormatText => null,
        ChatResponseFormatJson { Schema: { } schema } => new(ConstraintKind.JsonSchema, schema.GetRawText()),
        ChatResponseFormatJson => AnswerConstraint.JsonObject,
        _ => throw Refusal($"The options ask for {format.GetType().Name}.", "text or JSON", "ask for one of them"),
    };

    static ToolDefinition Translate(AITool tool) => tool is AIFunctionDeclaration function
        ? new(function.Name, PrivateText.OrNull(function.Description.Length > 0 ? function.Description : null), function.JsonSchema.GetRawText())
        : throw Refusal($"The options name a tool of the kind {tool.GetType().Name}.", "functions", "leave it out");

    /// <summary>An option that is not done must not look as if it were.</summary>
    static void Refuse(ChatOptions options)
    {
        if (options.AllowMultipleToolCalls == false)
            throw Refusal("The options forbid several tool calls at once.", "no such limit", "leave that out");
        if (options.ContinuationToken is not null || options.AllowBackgroundResponses == true)
            throw Refusal("The options ask for a response in the background.", "a response in one piece", "leave that out");
        if (options.Reasoning is { Effort: not null } or { Output: not null })
            throw Refusal("The options say how much the model should reason.", "no reasoning options", "leave them out, or give the chat template its own options (OptionsJson), such as enable_thinking");
    }

    internal static EngineException Refusal(string found, string expected, string remedy)
        => new(FailureCode.InvalidRequest, found + " This engine does not do that.", expected, remedy);
}
