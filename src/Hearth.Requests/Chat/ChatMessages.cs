using System.Text.Json;
using Microsoft.Extensions.AI;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Hearth.Requests.Chat;

/// <summary>From the messages of Microsoft.Extensions.AI to ours. Results of tools become messages of their own, as chat templates want them.</summary>
static class ChatMessages
{
    /// <summary>As Microsoft.Extensions.AI writes values, on one line; it knows the usual types of functions without reflection.</summary>
    static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    internal static List<ChatMessage> Translate(IEnumerable<AiMessage> messages)
    {
        var names = new Dictionary<string, string>();
        var conversation = new List<ChatMessage>();
        foreach (var message in messages)
        {
            var said = Said(message);
            foreach (var call in said.ToolCalls)
                names[call.Id] = call.Name;
            var results = message.Contents.OfType<FunctionResultContent>().ToList();
            if (results.Count == 0 || said.Content.Length > 0)
                conversation.Add(said);
            foreach (var result in results)
                conversation.Add(new(ChatRole.Tool.Value, Text(result.Result)) { ToolCallId = result.CallId, ToolName = names.GetValueOrDefault(result.CallId) });
        }

        return conversation;
    }

    /// <summary>The arguments of a call as the objects that .NET functions are called with.</summary>
    internal static FunctionCallContent Translate(ToolCall call)
    {
        var arguments = new Dictionary<string, object?>();
        foreach (var argument in JsonElement.Parse(call.ArgumentsJson.Reveal()).EnumerateObject())
            arguments[argument.Name] = argument.Value;
        return new(call.Id, call.Name, arguments);
    }

    static ChatMessage Said(AiMessage message)
    {
        var (text, reasoning, calls) = ("", "", new List<ToolCall>());
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent part: text += part.Text; break;
                case TextReasoningContent part: reasoning += part.Text; break;
                case FunctionCallContent call: calls.Add(new(call.CallId, call.Name, Json(call.Arguments ?? new Dictionary<string, object?>()))); break;
                case FunctionResultContent or UsageContent: break;
                default: throw ChatRequests.Refusal($"A message holds {content.GetType().Name}.", "text, reasoning, calls and their results", "leave it out, or say it in words");
            }
        }

        var said = new ChatMessage(message.Role.Value, text) { Reasoning = PrivateText.OrNull(reasoning.Length > 0 ? reasoning : null) };
        return calls.Count == 0 ? said : said with { ToolCalls = calls };
    }

    static string Text(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        TextContent content => content.Text,
        _ => Json(result),
    };

    static string Json(object value) => JsonSerializer.Serialize(value, Compact.GetTypeInfo(typeof(object)));
}
