using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Inference.Constraints.Automata;
using Hearth.Requests;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>From a JSON Schema (draft 2020-12, and 4 to 7 where they differ) to a grammar of the texts that fulfil it.</summary>
/// <remarks>
/// Everything that can be reached is compiled at once, so that what can't be enforced is refused before the first token. Members come in the order in which the schema declares them, then
/// others where the schema speaks of others; white space is bounded. A text of the grammar always fulfils the schema; some that would fulfil it aren't texts of the grammar (members that
/// nobody named, other orders, other ways to write a number).
/// </remarks>
sealed class SchemaCompiler
{
    /// <summary>Values that are told apart; references make circles of them.</summary>
    const int MostValues = 20_000;

    const int MostDepth = 200;

    /// <summary>Members that an object may declare: where each may be left out, what can come next is another list after each.</summary>
    const int MostMembers = 2_000;

    /// <summary>What a state of a number with limits costs, a letter of a name, and a byte of a listed value, roughly, memory included.</summary>
    const int NumberWork = 100, NameWork = 20, ListedWork = 4;

    /// <summary>Beside the schema where an object is asked for whatever it says. Its path is none that a schema has.</summary>
    static readonly JsonElement AnObject = JsonElement.Parse("""{"type": "object"}""");

    readonly CompileBudget _budget;
    readonly FactReader _facts;
    readonly ListedValues _listed;
    readonly Dictionary<string, Value> _values = [];
    readonly List<(ObjectShape Shape, Subschema From)> _objects = [];
    readonly Dictionary<(DecimalBound?, DecimalBound?, DecimalBound?, bool), JsonNumber> _numbers = [];
    int _depth;

    SchemaCompiler(JsonElement schema, CompileBudget budget)
    {
        (_budget, _facts) = (budget, new(new References(schema, budget)));
        _listed = new(_facts);
    }

    /// <summary>Compiles a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="budget">What compiling it may take.</param>
    /// <param name="isObject">True where the value is an object, whatever the schema says.</param>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>: a keyword can't be enforced or is wrong; the message names it and where it stands.</exception>
    internal static Node Compile(JsonElement schema, CompileBudget? budget = null, bool isObject = false)
    {
        budget ??= new();
        try
        {
            CheckTexts(schema);
            var compiler = new SchemaCompiler(schema, budget);
            List<Subschema> whole = [new(schema, "", budget)];
            if (isObject)
                whole.Add(new(AnObject, "(an object)", budget));
            var root = compiler.Get(whole);
            compiler.Settle();
            compiler.CheckNames();
            return root.IsPossible
                ? Punctuation.Space(new Call(() => root.Node, Node.Return))
                : throw new SchemaException("(the whole)", "", "describes no value: its parts contradict each other");
        }
        catch (SchemaException e)
        {
            throw new EngineException(FailureCode.InvalidRequest, e.Message, "a schema of keywords that can be enforced", "Leave the keyword out, or write the schema without it.", e);
        }
    }

    /// <summary>JSON can hold halves of characters, written as escapes; no text can.</summary>
    static void CheckTexts(JsonElement schema)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(schema));
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    reader.GetString();
            }
        }
        catch (InvalidOperationException)
        {
            throw new SchemaException("(a text)", "", "holds half of a surrogate pair");
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

    void CheckNames()
    {
        foreach (var (_, from) in _objects.Where(o => o.Shape.LacksNames))
            throw new SchemaException("minProperties", from.Path, "can't be enforced beyond the members that are named and one more: of others a name could come twice");
    }

    Value Get(List<Subschema> schemas)
    {
        var key = string.Join('\n', schemas.Select(s => $"#{s.Path}").Distinct().Order(StringComparer.Ordinal));
        if (_values.TryGetValue(key, out var value))
            return value;
        _budget.Take(key.Length / 8);
        if (_values.Count == MostValues || ++_depth > MostDepth)
            throw new SchemaException("(the whole)", "", "is too large or too deep");
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
        var texts = facts.Values!.Where(v => _listed.Fits(facts, v)).Select(v => (ReadOnlyMemory<byte>)Spelling.Of(v)).ToList();
        _budget.Take(texts.Sum(t => (long)t.Length) * ListedWork);
        return texts.Count > 0 ? [new Scalar(new Literals(texts))] : [];
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
            _budget.Take((long)number.States * NumberWork);
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
        _budget.Take(names.Sum(n => (long)n.Length) * NameWork);
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
        var shape = new ObjectShape(members, others, values, facts.IsOpen, facts.LeastMembers, facts.MostMembers);
        _objects.Add((shape, facts.From));
        return shape;
    }
}
