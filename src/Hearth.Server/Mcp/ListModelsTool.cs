using ModelContextProtocol.Protocol;

namespace Hearth.Server.Mcp;

/// <summary>The tool <c>list_models</c>: which models there are.</summary>
static class ListModelsTool
{
    internal static readonly McpTool Tool = new(
        McpTool.Describe(
            "list_models", "List the models", "Names the models of this machine that may be used.",
            """{"type": "object", "properties": {}, "additionalProperties": false}""",
            """
            {
              "type": "object",
              "properties": {"models": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}},
              "required": ["models"]
            }
            """),
        (models, _, _) => Task.FromResult(Call(models)));

    static CallToolResult Call(IMcpModels models)
    {
        var names = models.List().Select(m => m.Name).ToList();
        return McpTool.Result(
            json =>
            {
                json.WriteStartArray("models");
                foreach (var name in names)
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            },
            string.Join('\n', names));
    }
}
