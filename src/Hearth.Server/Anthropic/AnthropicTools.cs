using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.Anthropic;

/// <summary>The tools of a request, and whether the model may or must call them.</summary>
/// <param name="Offered">The tools.</param>
/// <param name="Choice">Whether they may be called.</param>
/// <param name="Required">The one that must be; null for any.</param>
/// <param name="ManyCalls">False: the answer ends after its first call.</param>
sealed record AnthropicTools(IReadOnlyList<ToolDefinition> Offered, ToolChoice Choice, string? Required, bool ManyCalls)
{
    static readonly Dictionary<string, ToolChoice> Choices = new()
    {
        ["auto"] = ToolChoice.Auto,
        ["none"] = ToolChoice.None,
        ["any"] = ToolChoice.Required,
        ["tool"] = ToolChoice.Required,
    };

    /// <summary>Not the tool: its name is a word of whoever asks.</summary>
    public override string ToString() => nameof(AnthropicTools);

    internal static AnthropicTools Read(RequestBody body)
    {
        var tools = body.Objects("tools").Select(Tool).ToList();
        if (body.Object("tool_choice") is not { } choice)
            return new(tools, ToolChoice.Auto, null, ManyCalls: true);
        var type = choice.Word("type", [.. Choices.Keys]) ?? choice.Text("type");
        return new(tools, Choices[type], type == "tool" ? Named(choice, tools) : null, ManyCalls: !choice.Flag("disable_parallel_tool_use"));
    }

    static string Named(RequestBody choice, List<ToolDefinition> tools)
    {
        var name = choice.Text("name");
        return tools.Exists(t => t.Name == name) ? name : throw Refusal.Invalid(choice.Name("name"), $"'{choice.Name("name")}' is none of the names of 'tools'.");
    }

    static ToolDefinition Tool(RequestBody tool)
    {
        if (tool.OptionalText("type") is not (null or "custom"))
            throw Refusal.Unsupported(tool.Name("type"), $"'{tool.Name("type")}' is another kind of tool than custom, which is not supported here.");
        tool.Refuse("input_examples");
        tool.RefuseTrue("strict", "defer_loading");
        if (tool.Texts("allowed_callers").Any(caller => caller != "direct"))
            throw Refusal.Unsupported(tool.Name("allowed_callers"), $"'{tool.Name("allowed_callers")}' has others than direct, which is not supported here.");
        var schema = tool.Object("input_schema") ?? throw Refusal.Invalid(tool.Name("input_schema"), $"'{tool.Name("input_schema")}' is missing; an object belongs there.");
        return new(tool.Text("name"), PrivateText.OrNull(tool.OptionalText("description")), schema.Element.GetRawText());
    }
}
