using System.Text;
using System.Text.Json;
using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>An object: its declared members in their order, each at most once, then others.</summary>
/// <param name="members">The declared members.</param>
/// <param name="others">Names that aren't declared, by the label of what is known of their values; null for none.</param>
/// <param name="values">The values of others, by label.</param>
/// <param name="least">Members at least.</param>
/// <param name="most">Members at most.</param>
sealed class ObjectShape(IReadOnlyList<ObjectShape.Member> members, Automaton? others, IReadOnlyList<Value> values, int least, int? most) : IShape
{
    /// <summary>A declared member.</summary>
    internal sealed record Member(string Name, Value Value, bool IsRequired)
    {
        /// <summary>Not the name: it is the words of whoever asks.</summary>
        public override string ToString() => nameof(Member);
    }

    /// <summary>Where an object may be: the next declared member, and how many there are.</summary>
    readonly record struct At(int Next, int Count);

    readonly Dictionary<At, Node> _names = [], _ends = [];
    readonly bool _counts = least > 0 || most is not null;

    public bool IsPossible() => Possible(new(0, 0)) && members.All(m => !m.IsRequired || m.Value.IsPossible);

    public Node ToNode()
    {
        var begin = new At(0, 0);
        var end = MayEnd(begin) ? Punctuation.Sign("}", Node.Return) : null;
        return Punctuation.Sign("{", Punctuation.Space(Both(Names(begin), end)));
    }

    static Node Both(Node? one, Node? other) => one is null ? other! : other is null ? one : new Either([one, other]);

    bool OthersPossible => others is not null && values.Any(v => v.IsPossible);

    int Needed(int from) => members.Skip(from).Count(m => m.IsRequired);

    int Available(int from) => members.Skip(from).Count(m => m.Value.IsPossible);

    /// <summary>True where the object can still be completed.</summary>
    bool Possible(At at) => (most is null || at.Count + Needed(at.Next) <= most) && (OthersPossible || at.Count + Available(at.Next) >= least);

    bool MayEnd(At at) => Needed(at.Next) == 0 && at.Count >= least && !(at.Count > most);

    At Then(At at, int member) => new(member + 1, _counts ? at.Count + 1 : 0);

    /// <summary>The names that may come, with all that follows; null where none may.</summary>
    Node? Names(At at)
    {
        if (at.Next >= members.Count && most is null)
            at = at with { Count = Math.Min(at.Count, least) };
        if (_names.TryGetValue(at, out var known))
            return known;
        var ways = new List<Node>();
        var next = new List<int>();
        for (var i = at.Next; i < members.Count; i++)
        {
            if (members[i].Value.IsPossible && Possible(Then(at, i)) && (most is null || Then(at, i).Count <= most))
                next.Add(i);
            if (members[i].IsRequired)
                break;
        }

        if (next.Count > 0)
            ways.Add(new Lexeme(new Literals(next.Select(i => (ReadOnlyMemory<byte>)Quoted(members[i].Name))), label => Rest(members[next[label]].Value, Then(at, next[label]))));
        // Others come last, so that each declared name comes at its place or not at all.
        if (OthersPossible && Needed(at.Next) == 0 && !(at.Count >= most))
            ways.Add(new Lexeme(others!, label => Rest(values[label], Then(at, members.Count - 1))));
        if (ways.Count == 0)
            return null;
        return _names[at] = ways.Count == 1 ? ways[0] : new Either(ways);
    }

    /// <summary>After a name: its value, and what comes then.</summary>
    Node Rest(Value value, At then)
        => Punctuation.Space(Punctuation.Sign(":", Punctuation.Space(new Call(() => value.Node, new Later(() => Punctuation.Space(After(then)))))));

    Node After(At at)
    {
        if (_ends.TryGetValue(at, out var known))
            return known;
        var more = Names(at) is { } names ? Punctuation.Sign(",", Punctuation.Space(names)) : null;
        return _ends[at] = Both(more, MayEnd(at) ? Punctuation.Sign("}", Node.Return) : null);
    }

    static byte[] Quoted(string name) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(name, JsonNames.Plain.String));

    /// <summary>The names of others: all but the declared ones, told apart by the expressions that they match.</summary>
    /// <param name="declared">The declared names.</param>
    /// <param name="expressions">Expressions, with where they stand.</param>
    /// <param name="decide">From the expressions that match, as bits, to the label of the value, or −1.</param>
    /// <returns>Null where there are none.</returns>
    internal static Automaton? OtherNames(IReadOnlyList<string> declared, IReadOnlyList<(string Expression, Subschema From)> expressions, Func<ulong, int> decide)
    {
        if (expressions.Count == 0)
            return decide(0) < 0 ? null : new OtherNames(declared.Select(Quoted));
        const int declaredName = 63;
        var patterns = new TextPatterns(expressions[0].From.Budget);
        patterns.AddAnything(TextRules.MostPatterns);
        foreach (var name in declared)
            patterns.AddText(name, declaredName);
        for (var i = 0; i < expressions.Count; i++)
            Parts.Add(patterns, expressions[i].Expression, i, "patternProperties", expressions[i].From);
        var language = Parts.Build(patterns, matches => (matches >> declaredName) != 0 ? -1 : decide(matches & ((1UL << TextRules.MostPatterns) - 1)), expressions[0].From);
        var names = new JsonTextOf(language);
        return names.IsEmpty ? null : names;
    }
}
