using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi;

/// <summary>The messages of a conversation as OpenAI's API takes them.</summary>
static class OpenAiMessages
{
    /// <summary>The roles of the API, with what templates call them.</summary>
    static readonly Dictionary<string, string> Roles = new()
    {
        ["system"] = "system",
        ["developer"] = "system",
        ["user"] = "user",
        ["assistant"] = "assistant",
        ["tool"] = "tool",
    };

    /// <summary>What templates call a role of the API.</summary>
    internal static string Known(string role) => Roles[role];

    internal static IReadOnlyList<ChatMessage> Read(RequestBody body)
    {
        var messages = body.Objects("messages");
        if (messages.Count == 0)
            throw Refusal.Invalid("messages", "'messages' is missing or empty; at least one message belongs there.");
        // A result names its call by id only; templates want the function's name.
        var names = new Dictionary<string, string>();
        return [.. messages.Select(m => Read(m, names))];
    }

    static ChatMessage Read(RequestBody message, Dictionary<string, string> names)
    {
        var role = message.Text("role");
        if (!Roles.TryGetValue(role, out var known))
            throw Refusal.Invalid(message.Name("role"), $"'{message.Name("role")}' is none of {string.Join(", ", Roles.Keys)}.");
        message.Refuse("audio", "function_call");
        var calls = message.Objects("tool_calls").Select(Call).ToList();
        foreach (var call in calls)
            names[call.Id] = call.Name;
        var answers = known == "tool" ? message.Text("tool_call_id") : null;
        return new(known, Content(message, isOptional: calls.Count > 0 || known == "assistant"))
        {
            Reasoning = PrivateText.OrNull(message.OptionalText("reasoning_content") ?? message.OptionalText("reasoning")),
            ToolCalls = calls,
            ToolCallId = answers,
            ToolName = answers is null ? null : names.GetValueOrDefault(answers),
        };
    }

    static ToolCall Call(RequestBody call)
    {
        var function = call.Object("function") ?? throw Refusal.Invalid(call.Name("function"), $"'{call.Name("function")}' is missing; an object belongs there.");
        return new(call.Text("id"), function.Text("name"), OpenAiTools.Arguments(function));
    }

    /// <summary>A text, or a list of parts that are texts.</summary>
    static string Content(RequestBody message, bool isOptional)
    {
        if (message.Find("content") is not { } content)
            return isOptional ? message.OptionalText("refusal") ?? "" : throw Refusal.Invalid(message.Name("content"), $"'{message.Name("content")}' is missing; a text belongs there.");
        return ContentParts.Text(message, "content", content, "text");
    }
}
