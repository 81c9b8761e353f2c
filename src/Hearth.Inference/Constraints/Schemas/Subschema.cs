using System.Text.Json;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>A schema inside a schema, and where it stands.</summary>
/// <param name="Element">An object or a boolean.</param>
/// <param name="Path">A JSON pointer (RFC 6901) behind #.</param>
/// <param name="Budget">What compiling all of it may take.</param>
readonly record struct Subschema(JsonElement Element, string Path, CompileBudget Budget)
{
    /// <summary>Neither: they are the words of whoever asks.</summary>
    public override string ToString() => nameof(Subschema);

    internal Subschema At(JsonElement element, string step)
    {
        var path = $"{Path}/{step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
        // Names can be long, and each schema inside has those around it in its path.
        Budget.Take(path.Length / 8);
        return new(element, path, Budget);
    }

    internal Subschema At(JsonProperty property, string step) => At(property.Value, step);

    /// <summary>The schemas of a list keyword.</summary>
    internal IEnumerable<Subschema> List(string keyword)
    {
        var list = Expect(Element.GetProperty(keyword), JsonValueKind.Array, keyword);
        var under = At(list, keyword);
        return list.EnumerateArray().Select((item, i) => under.At(item, $"{i}"));
    }

    /// <summary>The schemas of a keyword with names.</summary>
    internal IEnumerable<(string Name, Subschema Schema)> Named(string keyword)
    {
        if (!Element.TryGetProperty(keyword, out var named))
            return [];
        var under = At(Expect(named, JsonValueKind.Object, keyword), keyword);
        return named.EnumerateObject().Select(p => (p.Name, under.At(p, p.Name)));
    }

    internal JsonElement Expect(JsonElement value, JsonValueKind kind, string keyword)
        => value.ValueKind == kind ? value : throw new SchemaException(keyword, Path, $"is {value.ValueKind} where {kind} belongs");

    /// <summary>A number that counts something.</summary>
    internal int Count(JsonElement value, string keyword)
        => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= 0 && number == Math.Floor(number)
            ? (int)Math.Min(number, 1_000_000_000)
            : throw new SchemaException(keyword, Path, "is no whole number from 0 on");
}

/// <summary>A keyword of a schema that can't be enforced, or that is wrong.</summary>
sealed class SchemaException(string keyword, string path, string why) : Exception($"The keyword {keyword} at #{path} {why}.");
