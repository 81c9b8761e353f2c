using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi;

/// <summary>The tools of a request, and whether the model may call them.</summary>
static class OpenAiTools
{
    const string NoParameters = """{"type": "object", "properties": {}}""";

    internal static (IReadOnlyList<ToolDefinition> Offered, ToolChoice Choice) Read(RequestBody body)
    {
        var tools = body.Objects("tools").Select(Tool).ToList();
        if (body.Find("tool_choice") is not { } choice)
            return (tools, ToolChoice.Auto);
        if (choice.ValueKind != JsonValueKind.String)
            throw Refusal.Unsupported("tool_choice", "'tool_choice' names a tool, which is not supported here. Take \"auto\" or \"none\".");
        return body.Word("tool_choice", "auto", "none", "required") switch
        {
            "none" => (tools, ToolChoice.None),
            "required" => throw Refusal.Unsupported("tool_choice", "'tool_choice' demands a call, which is not supported here. Take \"auto\" or \"none\"."),
            _ => (tools, ToolChoice.Auto),
        };
    }

    static ToolDefinition Tool(RequestBody tool)
    {
        if (tool.Text("type") != "function")
            throw Refusal.Unsupported(tool.Name("type"), $"'{tool.Name("type")}' is another kind of tool than function, which is not supported here.");
        var function = tool.Object("function") ?? throw Refusal.Invalid(tool.Name("function"), $"'{tool.Name("function")}' is missing; an object belongs there.");
        return new(function.Text("name"), PrivateText.OrNull(function.OptionalText("description")), function.Object("parameters")?.Element.GetRawText() ?? NoParameters);
    }
}
