using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hearth.Inference.Constraints.Automata;
using Hearth.Requests;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>From a JSON Schema (draft 2020-12, and 4 to 7 where they differ) to a grammar of the texts that fulfil it.</summary>
/// <remarks>
/// Everything that can be reached is compiled at once, so that what can't be enforced is refused before the first token. Members come in the order in which the schema declares them, then
/// others; white space is bounded. A text of the grammar always fulfils the schema; a few that would fulfil it aren't texts of the grammar (other orders, other ways to write a number).
/// </remarks>
sealed class SchemaCompiler
{
    /// <summary>Values that are told apart; references make circles of them.</summary>
    const int MostValues = 20_000;

    const int MostDepth = 200;

    /// <summary>Members that an object may declare: where each may be left out, what can come next is another list after each.</summary>
    const int MostMembers = 2_000;

    /// <summary>What a state of a number with limits costs, roughly.</summary>
    const int NumberWork = 100;

    readonly FactReader _facts;
    readonly Dictionary<string, Value> _values = [];
    readonly Dictionary<(DecimalBound?, DecimalBound?, DecimalBound?, bool), JsonNumber> _numbers = [];
    int _depth;

    SchemaCompiler(JsonElement schema) => _facts = new(new References(schema));

    /// <summary>Compiles a schema.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: a keyword can't be enforced or is wrong; the message names it and where it stands.</exception>
    internal static Node Compile(JsonElement schema, CompileBudget? budget = null)
    {
        try
        {
            var compiler = new SchemaCompiler(schema);
            var root = compiler.Get([new(schema, "", budget ?? new())]);
            compiler.Settle();
            return root.IsPossible
                ? Punctuation.Space(new Call(() => root.Node, Node.Return))
                : throw new SchemaException("(the whole)", "", "describes no value: its parts contradict each other");
        }
        catch (SchemaException e)
        {
            throw new EngineException(FailureCode.InvalidRequest, e.Message, "a schema of keywords that can be enforced", "leave the keyword out, or write the schema without it", e);
        }
    }

    /// <summary>What can't be is not known at once where values are inside themselves: it is what never turns out to be possible.</summary>
    void Settle()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var value in _values.Values)
                changed |= value.Settle();
        }
    }

    Value Get(List<Subschema> schemas)
    {
        var key = string.Join('\n', schemas.Select(s => $"#{s.Path}").Distinct().Order(StringComparer.Ordinal));
        if (_values.TryGetValue(key, out var value))
            return value;
        if (_values.Count == MostValues || ++_depth > MostDepth)
            throw new SchemaException("(the whole)", schemas[0].Path, "is too large or too deep");
        _values[key] = value = new();
        foreach (var facts in _facts.Read(schemas))
            value.Shapes.AddRange(facts.Values is null ? Shapes(facts) : Listed(facts));
        _depth--;
        return value;
    }

    IEnumerable<IShape> Shapes(Facts facts)
    {
        if (facts.Has(JsonTypes.Null))
            yield return new Scalar(Punctuation.Null);
        if (facts.Has(JsonTypes.Boolean))
            yield return new Scalar(Punctuation.Booleans);
        if (facts.Has(JsonTypes.Integer | JsonTypes.Number) && Number(facts) is { } number)
            yield return new Scalar(number);
        if (facts.Has(JsonTypes.Text) && TextRules.Automaton(facts) is { } text)
            yield return new Scalar(text);
        if (facts.Has(JsonTypes.Array))
            yield return Array(facts);
        if (facts.Has(JsonTypes.Object))
            yield return Object(facts);
    }

    /// <summary>Those of the listed values that the other facts allow.</summary>
    IEnumerable<IShape> Listed(Facts facts)
    {
        var shapes = Shapes(facts with { Values = null }).ToList();
        Settle();
        var walker = new Walker();
        var grammar = new Either([.. shapes.Where(s => s.IsPossible()).Select(s => s.ToNode())]);
        var texts = facts.Values!.Select(v => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(v, JsonNames.Plain.JsonElement)).Where(Fits).ToList();
        if (texts.Count > 0)
            yield return new Scalar(new Literals(texts));

        bool Fits(ReadOnlyMemory<byte> text)
        {
            var places = walker.Begin(grammar, null);
            foreach (var next in text.Span)
                places = walker.Step(places, next);
            return walker.CanEnd(places);
        }
    }

    JsonNumber? Number(Facts facts)
    {
        var isInteger = !facts.Has(JsonTypes.Number);
        if (facts is { Low: null, High: null, MultipleOf: null })
            return isInteger ? JsonNumber.Integer : JsonNumber.Any;
        var limits = (facts.Low, facts.High, facts.MultipleOf, isInteger);
        if (!_numbers.TryGetValue(limits, out var number))
        {
            _numbers[limits] = number = Number(facts, isInteger);
            facts.From.Budget.Take((long)number.States * NumberWork);
        }

        return number is { IsEmpty: false } ? number : null;
    }

    static JsonNumber Number(Facts facts, bool isInteger)
    {
        try
        {
            return new(facts.Low, facts.High, facts.MultipleOf, isInteger);
        }
        catch (NotSupportedException e)
        {
            throw new SchemaException(facts.MultipleOf is null ? "minimum" : "multipleOf", facts.From.Path, $"can't be enforced: {e.Message}");
        }
    }

    ArrayShape Array(Facts facts)
    {
        var items = facts.Parts.Select(Parts.Items).ToList();
        var count = items.Count == 0 ? 0 : items.Max(i => i.First.Count);
        var first = Enumerable.Range(0, count).Select(i => Get(Parts.OfItem(items, i)));
        return new([.. first], Get(Parts.OfItem(items, count)), facts.LeastItems, facts.MostItems);
    }

    ObjectShape Object(Facts facts)
    {
        var declared = Parts.Declared(facts.Parts).ToList();
        var names = declared.Union(facts.Required).ToList();
        if (names.Count > MostMembers)
            throw new SchemaException("properties", facts.From.Path, $"has more than {MostMembers} members");
        var members = names.ConvertAll(n => new ObjectShape.Member(n, Get(Parts.OfMember(facts.Parts, n)), facts.Required.Contains(n)));
        var expressions = Parts.Expressions(facts.Parts);
        var values = new List<Value>();
        var labels = new Dictionary<ulong, int>();
        var others = ObjectShape.OtherNames(names, expressions, matches =>
        {
            if (labels.TryGetValue(matches, out var label))
                return label;
            var schemas = Parts.OfOthers(facts.Parts, e => (matches >> expressions.FindIndex(x => x.Expression == e) & 1) != 0);
            labels[matches] = label = schemas.Exists(s => s.Element.ValueKind == JsonValueKind.False) ? -1 : values.Count;
            if (label >= 0)
                values.Add(Get(schemas));
            return label;
        });
        return new(members, others, values, facts.LeastMembers, facts.MostMembers);
    }
}

/// <summary>Texts and values as JSON writes them, without reflection and without needless escapes.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class JsonNames : JsonSerializerContext
{
    internal static readonly JsonNames Plain = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
