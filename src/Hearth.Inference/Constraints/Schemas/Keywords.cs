namespace Hearth.Inference.Constraints.Schemas;

/// <summary>Keywords of JSON Schema, from draft 4 to 2020-12, that say something of a value and aren't enforced: they are refused, never ignored.</summary>
static class Keywords
{
    static readonly Dictionary<string, string> Refused = new()
    {
        ["not"] = "can't be enforced while a text is written",
        ["if"] = "can't be enforced while a text is written",
        ["dependencies"] = "isn't supported; write the cases as anyOf",
        ["dependentRequired"] = "isn't supported; write the cases as anyOf",
        ["dependentSchemas"] = "isn't supported; write the cases as anyOf",
        ["unevaluatedProperties"] = "isn't supported; write additionalProperties where the properties are",
        ["unevaluatedItems"] = "isn't supported; write items where the items are",
        ["contains"] = "can't be enforced while a text is written",
        ["uniqueItems"] = "can't be enforced while a text is written; maxItems of 1 can",
        ["propertyNames"] = "isn't supported; write patternProperties with additionalProperties false",
        ["$dynamicRef"] = "isn't supported; write $ref",
        ["$recursiveRef"] = "isn't supported; write $ref",
        ["extends"] = "belongs to draft 3; write allOf",
        ["disallow"] = "belongs to draft 3",
        ["divisibleBy"] = "belongs to draft 3; write multipleOf",
    };

    /// <summary>Refuses what isn't enforced. Unknown words are annotations, as the specification says.</summary>
    internal static void Check(Subschema schema)
    {
        foreach (var property in schema.Element.EnumerateObject())
        {
            var saysNothing = property.Value.ValueKind is System.Text.Json.JsonValueKind.False && property.Name == "uniqueItems";
            if (!saysNothing && Refused.TryGetValue(property.Name, out var why))
                throw new SchemaException(property.Name, schema.Path, why);
        }
    }
}
