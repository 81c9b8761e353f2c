using Hearth.Requests.Chat;
using Hearth.Server.Access;
using Hearth.Server.Json;
using ModelContextProtocol.Protocol;

namespace Hearth.Server.Mcp;

/// <summary>The tool <c>embed</c>: texts in, vectors out.</summary>
static class EmbedTool
{
    const int MostTexts = 256;

    internal static readonly McpTool Tool = new(
        McpTool.Describe(
            "embed", "Make vectors of texts", "Makes a vector of each text with a model that runs on this machine: texts that mean the same have vectors that point the same way. A text that is too long is refused, never cut.",
            """
            {
              "type": "object",
              "properties": {
                "model": {"type": "string", "description": "A name from list_models."},
                "texts": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": 256},
                "dimensions": {"type": "integer", "minimum": 1, "description": "Only the first numbers, for models that were trained so."}
              },
              "required": ["texts"],
              "additionalProperties": false
            }
            """,
            """
            {
              "type": "object",
              "properties": {
                "vectors": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
                "model": {"type": "string"},
                "tokens": {"type": "integer"}
              },
              "required": ["vectors", "model", "tokens"]
            }
            """),
        CallAsync);

    static async Task<CallToolResult> CallAsync(IMcpModels models, RequestBody arguments, CancellationToken cancellationToken)
    {
        var texts = arguments.Texts("texts");
        if (texts.Count is 0 or > MostTexts || texts.Any(t => t.Length == 0))
            throw Refusal.Invalid("texts", $"'texts' has {texts.Count} texts, or an empty one; 1 to {MostTexts} that aren't empty belong there.");
        var dimensions = (int?)arguments.Whole("dimensions", 1, int.MaxValue);
        var (model, items) = await models.EmbedAsync(McpTool.ModelOf(models, arguments), new([.. texts.Select(t => new TextPrompt(t))]) { Dimensions = dimensions }, cancellationToken);
        if (items.Find(i => i.Tokens < i.TokensGiven) is { } cut)
            throw Refusal.Invalid("texts", $"Text {cut.Input} has {cut.TokensGiven} tokens, and the model was trained for {cut.Tokens}. Send it in parts; nothing is cut here.");
        return McpTool.Result(json =>
        {
            json.WriteStartArray("vectors");
            foreach (var item in items)
            {
                json.WriteStartArray();
                foreach (var number in item.Vector)
                    json.WriteNumberValue(number);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteString("model", model);
            json.WriteNumber("tokens", items.Sum(i => i.Tokens));
        });
    }
}
