using Hearth.Inference.Constraints.Automata;
using Hearth.Inference.Constraints.Texts;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>An object: its declared members in their order, each at most once, then others.</summary>
/// <remarks>
/// A name that isn't declared can be written twice, and the two are one member to whoever reads the text. So only the first of the others counts where members are too few.
/// </remarks>
/// <param name="members">The declared members.</param>
/// <param name="others">Names that aren't declared, by the label of what is known of their values; null for none.</param>
/// <param name="values">The values of others, by label.</param>
/// <param name="isOpen">Whether others may come at will; false: only where the declared members are too few.</param>
/// <param name="least">Members at least.</param>
/// <param name="most">Members at most.</param>
sealed class ObjectShape(IReadOnlyList<ObjectShape.Member> members, Automaton? others, IReadOnlyList<Value> values, bool isOpen, int least, int? most) : IShape
{
    /// <summary>A declared member.</summary>
    internal sealed record Member(string Name, Value Value, bool IsRequired)
    {
        /// <summary>Not the name: it is the words of whoever asks.</summary>
        public override string ToString() => nameof(Member);
    }

    /// <summary>Where an object may be: the next declared member, and how many there are, where that matters.</summary>
    readonly record struct At(int Next, int Count);

    /// <summary>What is known once it is known which members can be.</summary>
    /// <param name="Names">Those of the members that can be.</param>
    /// <param name="Available">Of each member, how many can be from it on.</param>
    /// <param name="HasOthers">Whether others come.</param>
    sealed record Plan(TextTree Names, int[] Available, bool HasOthers);

    readonly Dictionary<At, Node> _names = [], _ends = [];
    readonly int[] _needed = Sums(members, m => m.IsRequired);
    Plan? _plan;

    public bool IsPossible() => IsWithoutConflict && Countable >= least;

    /// <summary>True where there would be such objects if more of the others counted.</summary>
    internal bool LacksNames => IsWithoutConflict && OthersPossible && Countable < least;

    public Node ToNode()
    {
        var begin = new At(0, 0);
        var end = MayEnd(begin) ? Punctuation.Sign("}", Node.Return) : null;
        return Punctuation.Sign("{", Punctuation.Space(Both(Names(begin), end)));
    }

    bool IsWithoutConflict => !(most < least) && !(most < _needed[0]) && members.All(m => !m.IsRequired || m.Value.IsPossible);

    int Countable => members.Count(m => m.Value.IsPossible) + (OthersPossible ? 1 : 0);

    bool OthersPossible => others is not null && values.Any(v => v.IsPossible);

    Plan Planned
    {
        get
        {
            if (_plan is { } known)
                return known;
            var (names, available) = (new TextTree(isSorted: true), Sums(members, m => m.Value.IsPossible));
            for (var i = 0; i < members.Count; i++)
            {
                if (members[i].Value.IsPossible)
                    names.Add(Spelling.Of(members[i].Name), i);
            }

            return _plan = new(names, available, OthersPossible && (isOpen || available[0] < least));
        }
    }

    /// <summary>Of each member, of how many from it on something is true.</summary>
    static int[] Sums(IReadOnlyList<Member> members, Func<Member, bool> what)
    {
        // Others come after the last one.
        var sums = new int[members.Count + 1];
        for (var i = members.Count - 1; i >= 0; i--)
            sums[i] = sums[i + 1] + (what(members[i]) ? 1 : 0);
        return sums;
    }

    static Node Both(Node? one, Node? other) => one is null ? other! : other is null ? one : new Either([one, other]);

    bool MayEnd(At at) => _needed[at.Next] == 0 && at.Count >= least;

    /// <summary>After a member. Where nothing counts them, all numbers are alike.</summary>
    At Then(At at, int next) => new(next, most is null ? Math.Min(at.Count + 1, least) : at.Count + 1);

    /// <summary>The names that may come, with all that follows; null where none may.</summary>
    Node? Names(At at)
    {
        if (_names.TryGetValue(at, out var known))
            return known;
        var ways = new List<Node>();
        var (first, last) = NextMembers(at);
        if (new MemberNames(Planned.Names, first, last) is { IsEmpty: false } names)
            ways.Add(new Lexeme(names, label => Rest(members[label].Value, Then(at, label + 1))));
        // Others come last, so that each declared name comes at its place or not at all.
        if (Planned.HasOthers && _needed[at.Next] == 0 && at.Count + 1 >= least && !(at.Count >= most))
            ways.Add(new Lexeme(others!, label => Rest(values[label], Then(at, members.Count))));
        if (ways.Count == 0)
            return null;
        return _names[at] = ways.Count == 1 ? ways[0] : new Either(ways);
    }

    /// <summary>The first and the last declared member that may come next; those between them may, too.</summary>
    (int First, int Last) NextMembers(At at)
    {
        var (first, last) = (at.Next, at.Next);
        while (last < members.Count && !members[last].IsRequired)
            last++;
        // Where there is room for those only that are needed, the others are passed over.
        if (at.Count + 1 + _needed[at.Next] > most)
            first = last;
        // What is passed over must not be missed in the end.
        last = Math.Min(last, members.Count - 1);
        while (last >= first && at.Count + 1 + Planned.Available[last + 1] + (Planned.HasOthers ? 1 : 0) < least)
            last--;
        return (first, last);
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

    /// <summary>The names of others: all but the declared ones, told apart by the expressions that they match.</summary>
    /// <param name="declared">The declared names.</param>
    /// <param name="expressions">Expressions, with where they stand.</param>
    /// <param name="decide">From the expressions that match, as bits, to the label of the value, or −1.</param>
    /// <returns>Null where there are none.</returns>
    internal static Automaton? OtherNames(IReadOnlyList<string> declared, IReadOnlyList<(string Expression, Subschema From)> expressions, Func<ulong, int> decide)
    {
        if (expressions.Count == 0)
            return decide(0) < 0 ? null : new OtherNames(Tree(declared));
        if (expressions.Count > TextRules.MostPatterns)
            throw new SchemaException("patternProperties", expressions[0].From.Path, $"has more than {TextRules.MostPatterns} expressions for one value");
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

    static TextTree Tree(IReadOnlyList<string> names)
    {
        var tree = new TextTree();
        for (var i = 0; i < names.Count; i++)
            tree.Add(Spelling.Of(names[i]), i);
        return tree;
    }
}
