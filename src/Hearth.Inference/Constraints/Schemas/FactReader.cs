using System.Runtime.InteropServices;
using System.Text.Json;
using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>From schemas that hold together to the alternatives that they leave, each as facts.</summary>
sealed class FactReader(References references)
{
    /// <summary>Alternatives of one value; the product of several anyOf grows quickly.</summary>
    const int MostAlternatives = 256;

    /// <summary>References in a row before they count as a circle.</summary>
    const int MostSteps = 2_000;

    /// <summary>Branches inside each other before they count as a circle.</summary>
    const int MostDepth = 200;

    /// <summary>What a step costs, roughly.</summary>
    const int StepWork = 100;

    delegate Facts Reader(Facts facts, JsonElement value, Subschema at);

    static readonly Dictionary<string, JsonTypes> TypeNames = new()
    {
        ["null"] = JsonTypes.Null,
        ["boolean"] = JsonTypes.Boolean,
        ["integer"] = JsonTypes.Integer,
        ["number"] = JsonTypes.Number | JsonTypes.Integer,
        ["string"] = JsonTypes.Text,
        ["array"] = JsonTypes.Array,
        ["object"] = JsonTypes.Object,
    };

    static readonly Dictionary<string, Reader> Readers = new()
    {
        ["type"] = (f, v, at) => f with { Types = f.Types & Types(v, at) },
        ["enum"] = (f, v, at) => f with { Values = Common(f.Values, [.. at.Expect(v, JsonValueKind.Array, "enum").EnumerateArray()], at.Budget) },
        ["const"] = (f, v, at) => f with { Values = Common(f.Values, [v], at.Budget) },
        ["pattern"] = (f, v, at) => f with { Patterns = [.. f.Patterns, (at.Expect(v, JsonValueKind.String, "pattern").GetString()!, at)] },
        ["format"] = (f, v, at) => v.ValueKind == JsonValueKind.String && Formats.Expression(v.GetString()!) is { } expression ? f with { Patterns = [.. f.Patterns, (expression, at)] } : f,
        ["minLength"] = (f, v, at) => f with { LeastLength = Math.Max(f.LeastLength, at.Count(v, "minLength")) },
        ["maxLength"] = (f, v, at) => f with { MostLength = Least(f.MostLength, at.Count(v, "maxLength")) },
        ["minimum"] = (f, v, at) => f with { Low = Higher(f.Low, Bound(v, at, "minimum", IsTrue(at, "exclusiveMinimum"))) },
        ["maximum"] = (f, v, at) => f with { High = Lower(f.High, Bound(v, at, "maximum", IsTrue(at, "exclusiveMaximum"))) },
        // A boolean belongs to draft 4, where it says something of the other keyword.
        ["exclusiveMinimum"] = (f, v, at) => IsBoolean(v) ? f : f with { Low = Higher(f.Low, Bound(v, at, "exclusiveMinimum", true)) },
        ["exclusiveMaximum"] = (f, v, at) => IsBoolean(v) ? f : f with { High = Lower(f.High, Bound(v, at, "exclusiveMaximum", true)) },
        ["multipleOf"] = (f, v, at) => f.MultipleOf is null
            ? f with { MultipleOf = Bound(v, at, "multipleOf", false) }
            : throw new SchemaException("multipleOf", at.Path, "is said twice of one value"),
        ["minItems"] = (f, v, at) => f with { LeastItems = Math.Max(f.LeastItems, at.Count(v, "minItems")) },
        ["maxItems"] = (f, v, at) => f with { MostItems = Least(f.MostItems, at.Count(v, "maxItems")) },
        ["minProperties"] = (f, v, at) => f with { LeastMembers = Math.Max(f.LeastMembers, at.Count(v, "minProperties")) },
        ["maxProperties"] = (f, v, at) => f with { MostMembers = Least(f.MostMembers, at.Count(v, "maxProperties")) },
        ["required"] = (f, v, at) => f with { Required = Union(f.Required, Names(v, at), at.Budget) },
    };

    static readonly string[] PartKeywords = ["properties", "patternProperties", "additionalProperties", "items", "prefixItems", "additionalItems"];

    readonly HashSet<string> _apart = [];
    int _steps, _depth;

    /// <summary>The alternatives.</summary>
    internal List<Facts> Read(IReadOnlyList<Subschema> schemas)
    {
        // What is read while something else is, such as the branches of oneOf, has steps of its own.
        var outer = _steps;
        _steps = 0;
        var alternatives = new List<Facts>();
        Read(new Facts(), new(schemas), alternatives);
        _steps = outer;
        return alternatives;
    }

    void Read(Facts facts, Queue<Subschema> open, List<Facts> into)
    {
        while (open.TryDequeue(out var at))
        {
            at.Budget.Take(StepWork + (at.Element.ValueKind == JsonValueKind.Object ? at.Element.GetPropertyCount() : 0));
            if (++_steps > MostSteps)
                throw new SchemaException("$ref", at.Path, "leads in a circle, or to too many schemas at once");
            if (at.Element.ValueKind == JsonValueKind.True)
                continue;
            if (at.Element.ValueKind == JsonValueKind.False)
                return;
            if (at.Element.ValueKind != JsonValueKind.Object)
                throw new SchemaException("(a schema)", at.Path, "is neither an object nor true or false");
            var isReference = at.Element.TryGetProperty("$ref", out _);
            if (isReference)
                open.Enqueue(references.Find(at));
            if (isReference && references.IgnoresSiblings)
                continue;
            Keywords.Check(at);
            facts = Apply(facts, at);
            if (at.Element.TryGetProperty("allOf", out _))
            {
                foreach (var part in at.List("allOf"))
                    open.Enqueue(part);
            }

            foreach (var keyword in (string[])["anyOf", "oneOf"])
            {
                if (!at.Element.TryGetProperty(keyword, out _))
                    continue;
                var branches = at.List(keyword).ToList();
                if (++_depth > MostDepth)
                    throw new SchemaException(keyword, at.Path, "leads in a circle, or has too many branches inside each other");
                if (keyword == "oneOf" && _apart.Add(at.Path))
                    CheckApart(at, branches);
                Branch(facts, Without(at, keyword, branches), open, branches, into);
                _depth--;
                return;
            }
        }

        if (facts.Types != JsonTypes.None)
            into.Add(facts);
        if (into.Count > MostAlternatives)
            throw new SchemaException("anyOf", facts.From.Path, $"leaves more than {MostAlternatives} alternatives for one value");
    }

    /// <summary>Goes on once for each branch. A second list of branches beside the first is gone through inside each.</summary>
    void Branch(Facts facts, Subschema? other, Queue<Subschema> open, List<Subschema> branches, List<Facts> into)
    {
        foreach (var branch in branches)
        {
            var rest = new Queue<Subschema>(open);
            if (other is { } second)
                rest.Enqueue(second);
            rest.Enqueue(branch);
            Read(facts, rest, into);
        }
    }

    /// <summary>A schema that has only the other of two lists of branches, or null.</summary>
    static Subschema? Without(Subschema at, string keyword, List<Subschema> branches)
    {
        if (keyword != "anyOf" || branches.Count == 0 || !at.Element.TryGetProperty("oneOf", out var others))
            return null;
        at.Budget.Take(JsonMarshal.GetRawUtf8Value(others).Length);
        using var document = JsonDocument.Parse($"{{\"oneOf\":{others.GetRawText()}}}");
        return new(document.RootElement.Clone(), at.Path, at.Budget);
    }

    static Facts Apply(Facts facts, Subschema at)
    {
        facts = facts with { From = at };
        foreach (var property in at.Element.EnumerateObject())
        {
            if (Readers.TryGetValue(property.Name, out var read))
                facts = read(facts, property.Value, at);
        }

        return Array.Exists(PartKeywords, k => at.Element.TryGetProperty(k, out _)) ? facts with { Parts = [.. facts.Parts, at] } : facts;
    }

    void CheckApart(Subschema at, List<Subschema> branches)
    {
        var facts = branches.ConvertAll(b => Read([b]));
        for (var i = 0; i < facts.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (!facts[i].All(a => facts[j].All(b => Apart.AreApart(a, b, this))))
                    throw new SchemaException("oneOf", at.Path, $"has branches, {j} and {i}, that one value could fulfil together; write anyOf if that is meant");
            }
        }
    }

    static JsonTypes Types(JsonElement value, Subschema at)
    {
        IEnumerable<JsonElement> names = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        return names.Aggregate(JsonTypes.None, (types, name) => types | (name.ValueKind == JsonValueKind.String && TypeNames.TryGetValue(name.GetString()!, out var type)
            ? type
            : throw new SchemaException("type", at.Path, $"is not one of {string.Join(", ", TypeNames.Keys)}")));
    }

    static IEnumerable<string> Names(JsonElement value, Subschema at)
        => at.Expect(value, JsonValueKind.Array, "required").EnumerateArray().Select(n => at.Expect(n, JsonValueKind.String, "required").GetString()!);

    static List<string> Union(IReadOnlyList<string> before, IEnumerable<string> names, CompileBudget budget)
    {
        const int nameWork = 4;
        List<string> all = [.. before.Union(names)];
        budget.Take((long)all.Count * nameWork);
        return all;
    }

    static List<JsonElement> Common(IReadOnlyList<JsonElement>? before, List<JsonElement> values, CompileBudget budget)
    {
        budget.Take(before is null ? values.Count : Apart.Work(before, values));
        return before is null ? values : values.FindAll(v => before.Any(b => JsonElement.DeepEquals(b, v)));
    }

    static int Least(int? before, int value) => Math.Min(before ?? value, value);

    static bool IsBoolean(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    static bool IsTrue(Subschema at, string keyword) => at.Element.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.True;

    static DecimalBound Bound(JsonElement value, Subschema at, string keyword, bool isExclusive)
        => DecimalBound.Parse(at.Expect(value, JsonValueKind.Number, keyword).GetRawText(), isExclusive) ?? throw new SchemaException(keyword, at.Path, "has too many digits");

    static DecimalBound Higher(DecimalBound? before, DecimalBound bound)
        => before is { } b && (b.CompareTo(bound) is > 0 || (b.CompareTo(bound) == 0 && b.IsExclusive)) ? b : bound;

    static DecimalBound Lower(DecimalBound? before, DecimalBound bound)
        => before is { } b && (b.CompareTo(bound) is < 0 || (b.CompareTo(bound) == 0 && b.IsExclusive)) ? b : bound;
}
