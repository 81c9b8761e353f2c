using System.Numerics;
using System.Text.Json;
using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>Whether the values that a schema lists (enum, const) fulfil what else it says of them.</summary>
sealed class ListedValues(FactReader reader)
{
    readonly Dictionary<Facts, Automaton?> _texts = new(ReferenceEqualityComparer.Instance);

    /// <summary>True where a value fulfils facts, their list aside.</summary>
    internal bool Fits(Facts facts, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => facts.Has(JsonTypes.Null),
        JsonValueKind.True or JsonValueKind.False => facts.Has(JsonTypes.Boolean),
        JsonValueKind.Number => NumberFits(facts, value),
        JsonValueKind.String => facts.Has(JsonTypes.Text) && TextFits(facts, value),
        JsonValueKind.Array => facts.Has(JsonTypes.Array) && ItemsFit(facts, value),
        _ => facts.Has(JsonTypes.Object) && MembersFit(facts, value),
    };

    bool FitsOne(List<Subschema> schemas, JsonElement value)
        => reader.Read(schemas).Any(facts => (facts.Values is null || facts.Values.Any(v => JsonElement.DeepEquals(v, value))) && Fits(facts, value));

    static bool NumberFits(Facts facts, JsonElement value)
    {
        if (!facts.Has(JsonTypes.Integer | JsonTypes.Number))
            return false;
        // One of very many digits is compared with nothing.
        if (DecimalBound.Parse(value.GetRawText(), isExclusive: false) is not { } number)
            return facts is { Low: null, High: null, MultipleOf: null } && facts.Has(JsonTypes.Number);
        return (facts.Has(JsonTypes.Number) || number.Fraction.Length == 0)
            && !(facts.Low is { } low && number.CompareTo(low) < (low.IsExclusive ? 1 : 0))
            && !(facts.High is { } high && number.CompareTo(high) > (high.IsExclusive ? -1 : 0))
            && (facts.MultipleOf is not { } step || IsMultiple(number, step));
    }

    static bool IsMultiple(DecimalBound number, DecimalBound step)
    {
        var digits = Math.Max(number.Fraction.Length, step.Fraction.Length);
        return !step.IsZero && BigInteger.Remainder(number.Scaled(digits), step.Scaled(digits)).IsZero;
    }

    bool TextFits(Facts facts, JsonElement value)
    {
        if (!_texts.TryGetValue(facts, out var texts))
            _texts[facts] = texts = TextRules.Automaton(facts);
        var state = texts is null ? Automaton.Dead : Automaton.Start;
        foreach (var next in Spelling.Of(value))
        {
            if (state == Automaton.Dead)
                return false;
            state = texts!.Step(state, next);
        }

        return state != Automaton.Dead && texts!.Label(state) != Automaton.NoLabel;
    }

    bool ItemsFit(Facts facts, JsonElement value)
    {
        var count = value.GetArrayLength();
        if (count < facts.LeastItems || count > facts.MostItems)
            return false;
        var items = facts.Parts.Select(Parts.Items).ToList();
        return value.EnumerateArray().Index().All(i => FitsOne(Parts.OfItem(items, i.Index), i.Item));
    }

    bool MembersFit(Facts facts, JsonElement value)
    {
        var names = value.EnumerateObject().Select(m => m.Name).ToHashSet();
        return names.Count >= facts.LeastMembers && !(names.Count > facts.MostMembers) && facts.Required.All(names.Contains)
            && value.EnumerateObject().All(m => FitsOne(Parts.OfMember(facts.Parts, m.Name), m.Value));
    }
}
