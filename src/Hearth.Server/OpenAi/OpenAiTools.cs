using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi;

/// <summary>The tools of a request, and whether the model may or must call them.</summary>
/// <param name="Offered">The tools.</param>
/// <param name="Choice">Whether they may be called.</param>
/// <param name="Required">The one that must be; null for any.</param>
sealed record OpenAiTools(IReadOnlyList<ToolDefinition> Offered, ToolChoice Choice, string? Required = null)
{
    /// <summary>The schema of a function that takes nothing.</summary>
    internal const string NoParameters = """{"type": "object", "properties": {}}""";

    static readonly Dictionary<string, ToolChoice> Choices = new()
    {
        ["auto"] = ToolChoice.Auto,
        ["none"] = ToolChoice.None,
        ["required"] = ToolChoice.Required,
    };

    /// <summary>Not the tool: its name is a word of whoever asks.</summary>
    public override string ToString() => nameof(OpenAiTools);

    /// <param name="body">The request.</param>
    /// <param name="isFlat">True where a tool's name stands beside its type, as in responses; false where both have a member of their own, as in chat completions.</param>
    internal static OpenAiTools Read(RequestBody body, bool isFlat = false)
    {
        var tools = List(body, isFlat);
        if (body.Find("tool_choice") is not { } choice)
            return new(tools, ToolChoice.Auto);
        if (choice.ValueKind == JsonValueKind.Object)
            return Named(body.Object("tool_choice")!.Value, tools, isFlat);
        return new(tools, Choices[body.Word("tool_choice", [.. Choices.Keys])!]);
    }

    static OpenAiTools Named(RequestBody choice, List<ToolDefinition> tools, bool isFlat)
    {
        var name = Function(choice, "tool_choice", isFlat).Text("name");
        return tools.Exists(t => t.Name == name)
            ? new(tools, ToolChoice.Required, name)
            : throw Refusal.Invalid("tool_choice", "'tool_choice' names none of the functions of 'tools'.");
    }

    /// <summary>The tools alone: other APIs describe them in the same way.</summary>
    internal static List<ToolDefinition> List(RequestBody body, bool isFlat = false) => [.. body.Objects("tools").Select(tool => Tool(tool, isFlat))];

    /// <summary>The arguments of a call that was made. Of one that has none, some programs keep an empty text.</summary>
    internal static string Arguments(RequestBody call)
    {
        var text = call.Text("arguments");
        return string.IsNullOrWhiteSpace(text) ? "{}" : text;
    }

    static ToolDefinition Tool(RequestBody tool, bool isFlat)
    {
        var function = Function(tool, "tool", isFlat);
        function.RefuseTrue("defer_loading");
        return new(function.Text("name"), PrivateText.OrNull(function.OptionalText("description")), function.Object("parameters")?.Element.GetRawText() ?? NoParameters);
    }

    static RequestBody Function(RequestBody holder, string what, bool isFlat)
        => holder.Text("type") != "function"
            ? throw Refusal.Unsupported(holder.Name("type"), $"'{holder.Name("type")}' is another kind of {what} than function, which is not supported here.")
            : isFlat ? holder : holder.Object("function") ?? throw Refusal.Invalid(holder.Name("function"), $"'{holder.Name("function")}' is missing; an object belongs there.");
}
