using System.Text.Json;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>Which schemas hold for a member of an object, or for an item of an array.</summary>
static class Parts
{
    /// <summary>Of a member with this name.</summary>
    internal static List<Subschema> OfMember(IReadOnlyList<Subschema> parts, string name)
        => OfMember(parts, name, (expression, part) => Matches(expression, name, part));

    /// <summary>Of a member with a name that isn't declared anywhere.</summary>
    /// <param name="parts">The schemas.</param>
    /// <param name="matches">Whether the name matches an expression of patternProperties.</param>
    internal static List<Subschema> OfOthers(IReadOnlyList<Subschema> parts, Func<string, bool> matches) => OfMember(parts, null, (expression, _) => matches(expression));

    /// <summary>The names that are declared, in their order.</summary>
    internal static IEnumerable<string> Declared(IReadOnlyList<Subschema> parts) => parts.SelectMany(p => p.Named("properties")).Select(p => p.Name).Distinct();

    /// <summary>The expressions of patternProperties.</summary>
    internal static List<(string Expression, Subschema From)> Expressions(IReadOnlyList<Subschema> parts)
        => [.. parts.SelectMany(p => p.Named("patternProperties").Select(n => (n.Name, p))).DistinctBy(e => e.Name)];

    /// <summary>Of the item at a place.</summary>
    internal static List<Subschema> OfItem(IReadOnlyList<(List<Subschema> First, Subschema? Others)> items, int index)
    {
        var schemas = new List<Subschema>();
        foreach (var (first, rest) in items)
        {
            if (index < first.Count)
                schemas.Add(first[index]);
            else if (rest is { } others)
                schemas.Add(others);
        }

        return schemas;
    }

    /// <summary>The schemas of the first items, and that of all others. Up to draft 2019-09 a list was called items, and what follows it additionalItems.</summary>
    internal static (List<Subschema> First, Subschema? Others) Items(Subschema part)
    {
        if (part.Element.TryGetProperty("prefixItems", out _))
            return ([.. part.List("prefixItems")], Find(part, "items"));
        return part.Element.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array
            ? ([.. part.List("items")], Find(part, "additionalItems"))
            : ([], Find(part, "items"));
    }

    static Subschema? Find(Subschema part, string keyword) => part.Element.TryGetProperty(keyword, out var element) ? part.At(element, keyword) : null;

    static List<Subschema> OfMember(IReadOnlyList<Subschema> parts, string? name, Func<string, Subschema, bool> matches)
    {
        var schemas = new List<Subschema>();
        foreach (var part in parts)
        {
            var before = schemas.Count;
            if (name is not null && Find(part, "properties") is { } named && TryFind(named, name, out var declared))
                schemas.Add(named.At(declared, name));
            schemas.AddRange(part.Named("patternProperties").Where(p => matches(p.Name, part)).Select(p => p.Schema));
            if (schemas.Count == before && Find(part, "additionalProperties") is { } others)
                schemas.Add(others);
        }

        return schemas;
    }

    /// <summary>Every name before it is looked at.</summary>
    static bool TryFind(Subschema named, string name, out JsonElement declared)
    {
        const int namesAtOnce = 4;
        named.Budget.Take(named.Expect(named.Element, JsonValueKind.Object, "properties").GetPropertyCount() / namesAtOnce);
        return named.Element.TryGetProperty(name, out declared);
    }

    static bool Matches(string expression, string name, Subschema part)
    {
        var patterns = new TextPatterns(part.Budget);
        Add(patterns, expression, 0, "patternProperties", part);
        var language = Build(patterns, matches => matches == 0 ? -1 : 0, part);
        var state = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            state = language.Step(state, rune.Value);
            if (state < 0)
                return false;
        }

        return language.Label(state) >= 0;
    }

    /// <summary>Builds what was added, and says where it stands if it is too hard.</summary>
    internal static TextLanguage Build(TextPatterns patterns, Func<ulong, int> decide, Subschema at)
    {
        try
        {
            return patterns.Build(decide);
        }
        catch (NotSupportedException e)
        {
            throw new SchemaException("patternProperties", at.Path, $"can't be enforced: {e.Message}");
        }
    }

    /// <summary>Adds an expression, and says where it stands if it can't be had.</summary>
    internal static void Add(TextPatterns patterns, string expression, int number, string keyword, Subschema at)
    {
        try
        {
            patterns.AddSearch(expression, number);
        }
        catch (NotSupportedException e)
        {
            throw new SchemaException(keyword, at.Path, $"can't be enforced: {e.Message}");
        }
    }
}
