using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Inference.ResponseParsing;

/// <summary>The tools that a request offers: their names and the types that their schemas declare.</summary>
sealed class OfferedTools
{
    internal static readonly OfferedTools None = new([]);

    readonly Dictionary<string, Dictionary<string, string[]>> _types = [];

    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: a tool has no name, shares it, or its schema is no JSON object.</exception>
    internal OfferedTools(IReadOnlyList<ToolDefinition> tools)
    {
        for (var i = 0; i < tools.Count; i++)
        {
            if (tools[i].Name.Length == 0 || !_types.TryAdd(tools[i].Name, Parameters(tools[i].ParametersJson.Reveal(), i)))
                throw Refusal($"Tool {i} has no name of its own.", "a different name for each tool");
        }
    }

    internal int Count => _types.Count;

    internal bool Contains(string name) => _types.ContainsKey(name);

    /// <summary>The types that a parameter may have, as JSON Schema names them; empty where none is declared.</summary>
    internal IReadOnlyList<string> TypesOf(string tool, string parameter)
        => _types.TryGetValue(tool, out var parameters) && parameters.TryGetValue(parameter, out var types) ? types : [];

    static IEnumerable<string> Types(JsonElement schema, int depth)
    {
        const int deepest = 8;
        if (schema.ValueKind != JsonValueKind.Object || depth > deepest)
            return [];
        if (schema.TryGetProperty("type", out var type))
            return Texts(type);
        return from keyword in (string[])["anyOf", "oneOf", "allOf"]
               where schema.TryGetProperty(keyword, out var choices) && choices.ValueKind == JsonValueKind.Array
               from choice in schema.GetProperty(keyword).EnumerateArray()
               from name in Types(choice, depth + 1)
               select name;
    }

    static IEnumerable<string> Texts(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => [type.GetString()!],
        JsonValueKind.Array => type.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!),
        _ => [],
    };

    static Dictionary<string, string[]> Parameters(string schema, int index)
    {
        try
        {
            var (root, types) = (JsonElement.Parse(schema), new Dictionary<string, string[]>());
            if (root.ValueKind == JsonValueKind.Object)
            {
                if (root.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
                {
                    foreach (var property in properties.EnumerateObject())
                        types[property.Name] = [.. Types(property.Value, 0)];
                }

                return types;
            }
        }
        catch (JsonException)
        {
            // Said below, without the text of the schema.
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 that stands alone is JSON, and no text.
            throw Refusal($"The parameters of tool {index} hold half a character.", "a JSON Schema whose texts are texts");
        }

        throw Refusal($"The parameters of tool {index} are not a JSON object.", """a JSON Schema such as {"type": "object", "properties": {}}""");
    }

    static EngineException Refusal(string found, string expected) => new(FailureCode.InvalidRequest, found, expected, "Correct the tools.") { Part = RequestPart.Tools };
}
