using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>Shows that no value fulfils two facts at once. What it can't show is taken to be possible.</summary>
static class Apart
{
    const int MostDepth = 4;

    internal static bool AreApart(Facts one, Facts other, FactReader reader, int depth = 0)
    {
        if (one.Values is { } a && other.Values is { } b)
        {
            one.From.Budget.Take(Work(a, b));
            return !a.Any(v => b.Any(w => JsonElement.DeepEquals(v, w)));
        }

        var types = Widen(one.Types) & Widen(other.Types);
        if (one.Values is not null)
            types &= TypesOf(one.Values);
        if (other.Values is not null)
            types &= TypesOf(other.Values);
        return (types & (JsonTypes.Null | JsonTypes.Boolean)) == 0
            && ((types & (JsonTypes.Integer | JsonTypes.Number)) == 0 || NumbersApart(one, other))
            && ((types & JsonTypes.Text) == 0 || TextsApart(one, other))
            && ((types & JsonTypes.Array) == 0 || one.LeastItems > other.MostItems || other.LeastItems > one.MostItems)
            && ((types & JsonTypes.Object) == 0 || ObjectsApart(one, other, reader, depth) || ObjectsApart(other, one, reader, depth));
    }

    /// <summary>What it takes to compare each of some values with each of others, of which many may be long.</summary>
    internal static long Work(IReadOnlyList<JsonElement> some, IReadOnlyList<JsonElement> others)
    {
        const int bytesAtOnce = 8;
        return some.Count * (others.Count + (others.Sum(o => (long)JsonMarshal.GetRawUtf8Value(o).Length) / bytesAtOnce));
    }

    /// <summary>1.0 is an integer.</summary>
    static JsonTypes Widen(JsonTypes types) => (types & JsonTypes.Number) != 0 ? types | JsonTypes.Integer : types;

    static JsonTypes TypesOf(IReadOnlyList<JsonElement> values) => values.Aggregate(JsonTypes.None, (types, v) => types | v.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Number => JsonTypes.Number | JsonTypes.Integer,
        JsonValueKind.String => JsonTypes.Text,
        JsonValueKind.Array => JsonTypes.Array,
        _ => JsonTypes.Object,
    });

    static bool NumbersApart(Facts one, Facts other)
        => (one.High is { } high && other.Low is { } low && high.CompareTo(low) < 0) || (other.High is { } h && one.Low is { } l && h.CompareTo(l) < 0);

    static bool TextsApart(Facts one, Facts other)
        => one.LeastLength > other.MostLength || other.LeastLength > one.MostLength || (one.Patterns.Count + other.Patterns.Count > 0 && TextRules.AreApart(one, other));

    /// <summary>A member that the first needs, and that the second forbids or needs otherwise.</summary>
    static bool ObjectsApart(Facts one, Facts other, FactReader reader, int depth)
        => depth < MostDepth && one.Required.Any(name =>
        {
            var theirs = reader.Read(Parts.OfMember(other.Parts, name));
            if (theirs.Count == 0)
                return true;
            if (!other.Required.Contains(name))
                return false;
            return reader.Read(Parts.OfMember(one.Parts, name)).All(a => theirs.All(b => AreApart(a, b, reader, depth + 1)));
        });
}
