using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi.Responses;

/// <summary>From the items of an input to a conversation. What the assistant thought, said and called in one go are items of their own, and one message for a template.</summary>
sealed class ResponseInput
{
    static readonly Dictionary<string, Action<ResponseInput, RequestBody>> Kinds = new()
    {
        ["message"] = (input, item) => input.AddMessage(item),
        ["reasoning"] = (input, item) => input.AddReasoning(item),
        ["function_call"] = (input, item) => input.AddCall(item),
        ["function_call_output"] = (input, item) => input.AddResult(item),
    };

    readonly List<ChatMessage> _messages = [];

    // A result names its call by id only; templates want the function's name.
    readonly Dictionary<string, string> _names = [];

    /// <summary>The turn of the assistant that further items may belong to, but for its calls.</summary>
    ChatMessage? _turn;

    readonly List<ToolCall> _calls = [];

    internal static IReadOnlyList<ChatMessage> Read(RequestBody body)
    {
        var input = new ResponseInput();
        if (body.OptionalText("instructions") is { } instructions)
            input._messages.Add(new("system", instructions));
        var given = body.Find("input") ?? throw Refusal.Invalid("input", "'input' is missing; a text or a list of items belongs there.");
        if (given.ValueKind == JsonValueKind.String)
            input._messages.Add(new("user", given.GetString()!));
        else
            input.AddAll(body.Objects("input"));
        return input._messages;
    }

    void AddAll(IReadOnlyList<RequestBody> items)
    {
        if (items.Count == 0)
            throw Refusal.Invalid("input", "'input' is empty; at least one item belongs there.");
        foreach (var item in items)
        {
            // Messages may leave their type out.
            var kind = item.OptionalText("type") ?? "message";
            var add = Kinds.GetValueOrDefault(kind) ?? throw Refusal.Unsupported(item.Name("type"), $"'{item.Name("type")}' is none of {string.Join(", ", Kinds.Keys)}; other items are not supported here.");
            add(this, item);
        }

        EndTurn();
    }

    void AddMessage(RequestBody item)
    {
        item.Text("role");
        var role = item.Word("role", "user", "assistant", "system", "developer")!;
        var content = item.Find("content") ?? throw Refusal.Invalid(item.Name("content"), $"'{item.Name("content")}' is missing; a text or a list of parts belongs there.");
        var text = ContentParts.Text(item, "content", content, "input_text", "output_text");
        if (role != "assistant")
        {
            EndTurn();
            _messages.Add(new(OpenAiMessages.Known(role), text));
            return;
        }

        if (_turn is { Content.Length: > 0 })
            EndTurn();
        _turn = Turn() with { Content = text };
    }

    /// <summary>What this server sent as a summary is all that was thought.</summary>
    void AddReasoning(RequestBody item)
    {
        if (item.Has("encrypted_content"))
            throw Refusal.Unsupported(item.Name("encrypted_content"), $"'{item.Name("encrypted_content")}' can be read only by the service that made it. Send the summary.");
        if (_calls.Count > 0 || _turn is { Content.Length: > 0 } or { Reasoning: not null })
            EndTurn();
        _turn = Turn() with { Reasoning = string.Concat(item.Objects("summary").Concat(item.Objects("content")).Select(part => part.Text("text"))) };
    }

    void AddCall(RequestBody item)
    {
        var call = new ToolCall(item.Text("call_id"), item.Text("name"), OpenAiTools.Arguments(item));
        _names[call.Id] = call.Name;
        _turn = Turn();
        _calls.Add(call);
    }

    void AddResult(RequestBody item)
    {
        EndTurn();
        var output = item.Find("output") ?? throw Refusal.Invalid(item.Name("output"), $"'{item.Name("output")}' is missing; a text belongs there.");
        var id = item.Text("call_id");
        _messages.Add(new("tool", ContentParts.Text(item, "output", output, "input_text", "output_text")) { ToolCallId = id, ToolName = _names.GetValueOrDefault(id) });
    }

    ChatMessage Turn() => _turn ?? new("assistant", "");

    void EndTurn()
    {
        if (_turn is { } turn)
            _messages.Add(turn with { ToolCalls = [.. _calls] });
        _turn = null;
        _calls.Clear();
    }
}
