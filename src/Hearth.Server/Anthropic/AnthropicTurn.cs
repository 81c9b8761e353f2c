using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.Anthropic;

/// <summary>What one side says in a row. Results of tools are content of the user's messages here, and messages of their own for templates.</summary>
/// <param name="role">Who says it.</param>
/// <param name="names">The functions of the calls so far, by the calls' ids.</param>
sealed class AnthropicTurn(string role, Dictionary<string, string> names)
{
    /// <summary>What each role's content may be. Nothing is ever fetched for a request: an address in it could lead anywhere.</summary>
    static readonly Dictionary<string, string[]> Kinds = new()
    {
        ["user"] = ["text", "tool_result"],
        ["assistant"] = ["text", "thinking", "redacted_thinking", "tool_use"],
        ["system"] = ["text"],
    };

    readonly List<string> _texts = [];
    readonly List<string> _thoughts = [];
    readonly List<ToolCall> _calls = [];
    readonly List<ChatMessage> _results = [];

    internal string Role => role;

    internal void Add(RequestBody message)
    {
        if (!Kinds.TryGetValue(role, out var kinds))
            throw Refusal.Invalid(message.Name("role"), $"'{message.Name("role")}' is none of {string.Join(", ", Kinds.Keys)}.");
        var content = message.Find("content") ?? throw Refusal.Invalid(message.Name("content"), $"'{message.Name("content")}' is missing; a text or a list of blocks belongs there.");
        if (content.ValueKind == JsonValueKind.String)
        {
            _texts.Add(content.GetString()!);
            return;
        }

        foreach (var block in message.Objects("content"))
            Add(block, kinds);
    }

    /// <summary>The results come first, as this API wants them.</summary>
    internal IEnumerable<ChatMessage> Messages()
        => _results.Count > 0 && _texts.Count == 0 ? _results : [.. _results, new(role, string.Join('\n', _texts))
        {
            Reasoning = PrivateText.OrNull(_thoughts.Count > 0 ? string.Join('\n', _thoughts) : null),
            ToolCalls = _calls,
        }];

    void Add(RequestBody block, string[] kinds)
    {
        var kind = block.Text("type");
        if (!kinds.Contains(kind))
            throw Refusal.Unsupported(block.Name("type"), $"'{block.Name("type")}' is another kind of content than {string.Join(", ", kinds)}, which is not supported here.");
        switch (kind)
        {
            case "text": _texts.Add(block.Text("text")); break;
            // Its signature is for who made it, and what is redacted only they can read.
            case "thinking": _thoughts.Add(block.Text("thinking")); break;
            case "tool_use": AddCall(block); break;
            case "tool_result": AddResult(block); break;
        }
    }

    void AddCall(RequestBody block)
    {
        var input = block.Object("input") ?? throw Refusal.Invalid(block.Name("input"), $"'{block.Name("input")}' is missing; an object belongs there.");
        var call = new ToolCall(block.Text("id"), block.Text("name"), input.Element.GetRawText());
        names[call.Id] = call.Name;
        _calls.Add(call);
    }

    void AddResult(RequestBody block)
    {
        var id = block.Text("tool_use_id");
        var text = AnthropicMessages.Text(block, "content");
        // Templates have no other place for it.
        _results.Add(new("tool", block.Flag("is_error") ? $"Error: {text}" : text) { ToolCallId = id, ToolName = names.GetValueOrDefault(id) });
    }
}
