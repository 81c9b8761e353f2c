using System.Runtime.InteropServices;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>A nondeterministic automaton over characters (Thompson's construction), for several patterns at once; each has an end of its own.</summary>
/// <param name="budget">What the whole constraint may take.</param>
sealed class Nfa(CompileBudget budget)
{
    /// <summary>States that are built before a pattern counts as too hard.</summary>
    const int Most = 20_000;

    /// <summary>What a state costs, and an edge, roughly.</summary>
    const int StateWork = 4, EdgeWork = 1;

    /// <summary>Where an edge without a character may be taken.</summary>
    internal enum Where
    {
        Anywhere,
        AtStart,
        AtEnd,
    }

    internal readonly record struct Empty(int To, Where Where);

    internal readonly record struct Edge(CodeRanges On, int To);

    readonly List<List<Empty>> _empties = [];
    readonly List<List<Edge>> _edges = [];

    internal int States => _empties.Count;

    internal ReadOnlySpan<Empty> Empties(int state) => CollectionsMarshal.AsSpan(_empties[state]);

    internal ReadOnlySpan<Edge> Edges(int state) => CollectionsMarshal.AsSpan(_edges[state]);

    internal int Add()
    {
        if (States == Most)
            throw new NotSupportedException("its repetitions are too large");
        Count(StateWork);
        _empties.Add([]);
        _edges.Add([]);
        return States - 1;
    }

    internal void Connect(int from, int to, Where where = Where.Anywhere)
    {
        Count(EdgeWork);
        _empties[from].Add(new(to, where));
    }

    internal void Connect(int from, int to, CodeRanges on)
    {
        Count(EdgeWork);
        _edges[from].Add(new(on, to));
    }

    /// <summary>Counts work, also such that adds nothing: a repetition of nothing would have no end.</summary>
    internal void Count(int work) => budget.Take(work);
}
