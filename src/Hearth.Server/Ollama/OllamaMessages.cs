using System.Globalization;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.Ollama;

/// <summary>The messages of a conversation as Ollama's API takes them: arguments of calls are objects, and a result may name its call by the tool's name only, or not at all.</summary>
sealed class OllamaMessages
{
    /// <summary>Each result is looked for among them.</summary>
    const int MostOpen = 1024;

    /// <summary>Calls whose result has not come yet, the earliest first.</summary>
    readonly List<ToolCall> _open = [];
    int _calls;

    /// <exception cref="Refusal">A message is wrong, or has an image.</exception>
    internal static IReadOnlyList<ChatMessage> Read(RequestBody body)
    {
        var messages = new OllamaMessages();
        return [.. body.Objects("messages").Select(messages.Message)];
    }

    ChatMessage Message(RequestBody message)
    {
        var role = message.Word("role", "system", "user", "assistant", "tool") ?? throw Refusal.Invalid(message.Name("role"), $"'{message.Name("role")}' is missing.");
        OllamaFields.Refuse(message, "images");
        var said = new ChatMessage(role, message.OptionalText("content") ?? "")
        {
            Reasoning = PrivateText.OrNull(message.OptionalText("thinking")),
            ToolCalls = [.. message.Objects("tool_calls").Select(Call)],
        };
        _open.AddRange(said.ToolCalls);
        if (_open.Count > MostOpen)
            throw Refusal.Invalid(message.Name("tool_calls"), $"'{message.Name("tool_calls")}' makes more than {MostOpen} calls that have no result yet. Send the results, or leave some out.");
        return role == "tool" ? Result(said, message.OptionalText("tool_call_id"), message.OptionalText("tool_name")) : said;
    }

    ToolCall Call(RequestBody call)
    {
        var function = call.Object("function") ?? throw Refusal.Invalid(call.Name("function"), $"'{call.Name("function")}' is missing; an object belongs there.");
        // Some templates want an id of nine letters and digits.
        return new(call.OptionalText("id") ?? string.Create(CultureInfo.InvariantCulture, $"call{_calls++:D5}"), function.Text("name"), function.Object("arguments")?.Element.GetRawText() ?? "{}");
    }

    ChatMessage Result(ChatMessage said, string? id, string? name)
    {
        var call = _open.Find(c => id is not null ? c.Id == id : name is null || c.Name == name);
        if (call is not null)
            _open.Remove(call);
        return said with { ToolCallId = id ?? call?.Id, ToolName = name ?? call?.Name };
    }
}
