namespace Hearth.Inference.Constraints.Texts;

/// <summary>A regular expression as a tree, which builds itself into an automaton.</summary>
abstract class Regex
{
    /// <summary>How many expressions are inside each other: building goes as deep.</summary>
    internal virtual int Depth => 1;

    /// <summary>Adds states for what matches, from a state on; the state in which it ends.</summary>
    internal int Build(Nfa nfa, int from)
    {
        nfa.Count(1);
        return Add(nfa, from);
    }

    protected abstract int Add(Nfa nfa, int from);

    static int DepthOf(IReadOnlyList<Regex> inside) => 1 + inside.Select(i => i.Depth).DefaultIfEmpty().Max();

    /// <summary>One character of a set.</summary>
    internal sealed class One(CodeRanges set) : Regex
    {
        protected override int Add(Nfa nfa, int from)
        {
            var to = nfa.Add();
            nfa.Connect(from, to, set);
            return to;
        }
    }

    /// <summary>The beginning or the end of the text.</summary>
    internal sealed class Anchor(Nfa.Where where) : Regex
    {
        protected override int Add(Nfa nfa, int from)
        {
            var to = nfa.Add();
            nfa.Connect(from, to, where);
            return to;
        }
    }

    /// <summary>One after another.</summary>
    internal sealed class Sequence(IReadOnlyList<Regex> items) : Regex
    {
        internal override int Depth { get; } = DepthOf(items);

        protected override int Add(Nfa nfa, int from) => items.Aggregate(from, (at, item) => item.Build(nfa, at));
    }

    /// <summary>One of several.</summary>
    internal sealed class Choice(IReadOnlyList<Regex> ways) : Regex
    {
        internal override int Depth { get; } = DepthOf(ways);

        protected override int Add(Nfa nfa, int from)
        {
            var to = nfa.Add();
            foreach (var way in ways)
            {
                var begin = nfa.Add();
                nfa.Connect(from, begin);
                nfa.Connect(way.Build(nfa, begin), to);
            }

            return to;
        }
    }

    /// <summary>Again and again, from least to most times; null for any number.</summary>
    internal sealed class Repeat(Regex item, int least, int? most) : Regex
    {
        internal override int Depth { get; } = 1 + item.Depth;

        protected override int Add(Nfa nfa, int from)
        {
            var at = from;
            for (var i = 0; i < least; i++)
                at = item.Build(nfa, at);
            var to = nfa.Add();
            nfa.Connect(at, to);
            if (most is null)
            {
                var again = nfa.Add();
                nfa.Connect(at, again);
                var end = item.Build(nfa, again);
                nfa.Connect(end, again);
                nfa.Connect(end, to);
                return to;
            }

            for (var i = least; i < most; i++)
            {
                at = item.Build(nfa, at);
                nfa.Connect(at, to);
            }

            return to;
        }
    }
}
