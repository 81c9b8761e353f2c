using System.Text.Json;
using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>The types of JSON values. An integer is a number too.</summary>
[Flags]
enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Number = 8,
    Text = 16,
    Array = 32,
    Object = 64,
    All = 127,
}

/// <summary>All that several schemas together say of a value, without alternatives.</summary>
sealed record Facts
{
    internal JsonTypes Types { get; init; } = JsonTypes.All;

    /// <summary>The values that are allowed; null: any.</summary>
    internal IReadOnlyList<JsonElement>? Values { get; init; }

    internal IReadOnlyList<(string Expression, Subschema From)> Patterns { get; init; } = [];

    internal int LeastLength { get; init; }

    internal int? MostLength { get; init; }

    internal DecimalBound? Low { get; init; }

    internal DecimalBound? High { get; init; }

    internal DecimalBound? MultipleOf { get; init; }

    internal int LeastItems { get; init; }

    internal int? MostItems { get; init; }

    internal int LeastMembers { get; init; }

    internal int? MostMembers { get; init; }

    /// <summary>Names of members that must be there, in the order in which they are said.</summary>
    internal IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>The schemas that say something of members or items.</summary>
    internal IReadOnlyList<Subschema> Parts { get; init; } = [];

    /// <summary>Where a limit came from, for messages.</summary>
    internal Subschema From { get; init; }

    /// <summary>
    /// Whether members that nobody named come: where a schema speaks of them, and where none names any. Elsewhere they are allowed, and not written, since a model would go on inventing
    /// them; an object without them is one of those that fulfil the schema.
    /// </summary>
    internal bool IsOpen => Says("additionalProperties") || Says("patternProperties") || (Required.Count == 0 && !Says("properties"));

    internal bool Has(JsonTypes type) => (Types & type) != 0;

    bool Says(string keyword) => Parts.Any(p => p.Element.TryGetProperty(keyword, out _));
}
