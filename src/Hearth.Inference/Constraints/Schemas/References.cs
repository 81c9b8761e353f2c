using System.Text.Json;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>Finds what a <c>$ref</c> names. Only places inside the schema: nothing is ever fetched.</summary>
sealed class References
{
    readonly JsonElement _root;
    readonly string _id;
    readonly Dictionary<string, Subschema> _anchors = [];

    internal References(JsonElement root, CompileBudget budget)
    {
        _root = root;
        _id = root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("$id", out var id) || root.TryGetProperty("id", out id)) && id.ValueKind == JsonValueKind.String
            ? id.GetString()!.TrimEnd('#')
            : "";
        var draft = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$schema", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : "";
        IgnoresSiblings = draft.Contains("draft-0", StringComparison.Ordinal);
        FindAnchors(new(root, "", budget), isRoot: true);
    }

    /// <summary>Up to draft 7, what stands beside a reference has no meaning.</summary>
    internal bool IgnoresSiblings { get; }

    internal Subschema Find(Subschema from)
    {
        var text = from.Element.GetProperty("$ref") is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Wrong("is no text");
        from.Budget.Take(text.Length);
        if (_id.Length > 0 && text.StartsWith(_id, StringComparison.Ordinal))
            text = text[_id.Length..];
        if (text is "" or "#")
            return new(_root, "", from.Budget);
        if (_anchors.TryGetValue(text, out var anchored))
            return anchored;
        if (!text.StartsWith("#/", StringComparison.Ordinal))
            throw Wrong("names something outside the schema, and nothing is fetched");
        var (element, path) = (_root, "");
        foreach (var step in text[2..].Split('/').Select(Uri.UnescapeDataString))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var found = element.ValueKind switch
            {
                JsonValueKind.Object => element.TryGetProperty(name, out element),
                JsonValueKind.Array when int.TryParse(name, out var index) && index >= 0 && index < element.GetArrayLength() => (element = element[index]).ValueKind != JsonValueKind.Undefined,
                _ => false,
            };
            if (!found)
                throw Wrong("names a place that isn't there");
            path += $"/{step}";
        }

        return new(element, path, from.Budget);

        SchemaException Wrong(string why) => new("$ref", from.Path, why);
    }

    void FindAnchors(Subschema at, bool isRoot = false)
    {
        if (at.Element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in at.Element.EnumerateArray().Index())
                FindAnchorsInside(at, item, $"{index}");
        }

        if (at.Element.ValueKind != JsonValueKind.Object)
            return;
        foreach (var property in at.Element.EnumerateObject())
        {
            if (property is { Name: "$anchor", Value.ValueKind: JsonValueKind.String })
                _anchors.TryAdd($"#{property.Value.GetString()}", at);
            // Another base for the references inside would change what they name.
            if (!isRoot && property is { Name: "$id", Value.ValueKind: JsonValueKind.String } && !property.Value.GetString()!.StartsWith('#'))
                throw new SchemaException("$id", at.Path, "inside a schema isn't supported");
            if (property.Name is not ("enum" or "const" or "default" or "examples"))
                FindAnchorsInside(at, property.Value, property.Name);
        }
    }

    void FindAnchorsInside(Subschema at, JsonElement element, string step)
    {
        if (element.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            FindAnchors(at.At(element, step));
    }
}
