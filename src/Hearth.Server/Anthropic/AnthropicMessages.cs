using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.Anthropic;

/// <summary>The conversation as Anthropic's API takes it: the system's text stands beside the messages, and what one side says in a row is one turn.</summary>
static class AnthropicMessages
{
    internal static IReadOnlyList<ChatMessage> Read(RequestBody body)
    {
        var messages = body.Objects("messages");
        if (messages.Count == 0)
            throw Refusal.Invalid("messages", "'messages' is missing or empty; at least one message belongs there.");
        // A result names its call by id only; templates want the function's name.
        var names = new Dictionary<string, string>();
        var turns = new List<AnthropicTurn>();
        foreach (var message in messages)
        {
            var role = message.Text("role");
            if (turns.Count == 0 || turns[^1].Role != role)
                turns.Add(new(role, names));
            turns[^1].Add(message);
        }

        // Templates close what the assistant has said: a beginning that the model is to go on with can't be rendered.
        if (turns[^1].Role == "assistant")
            throw Refusal.Unsupported(messages[^1].Name("role"), $"'{messages[^1].Name("role")}' is assistant in the last message, and an answer can't be begun for the model here. End with a message of the user.");
        IEnumerable<ChatMessage> system = Text(body, "system") is { Length: > 0 } text ? [new("system", text)] : [];
        return [.. system, .. turns.SelectMany(turn => turn.Messages())];
    }

    /// <summary>A text, or a list of blocks that are texts; empty where there is nothing.</summary>
    internal static string Text(RequestBody holder, string field) => holder.Find(field) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => string.Join('\n', holder.Objects(field).Select(block => block.Text("type") == "text"
            ? block.Text("text")
            : throw Refusal.Unsupported(block.Name("type"), $"'{block.Name("type")}' is another kind of content than text, which is not supported here."))),
    };
}
