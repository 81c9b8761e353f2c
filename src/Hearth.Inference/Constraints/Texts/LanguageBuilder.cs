using System.Runtime.InteropServices;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>From an <see cref="Nfa"/> to a <see cref="TextLanguage"/>: sets of its states, with the number of characters so far, are the states of the language.</summary>
/// <param name="budget">What the whole constraint may take.</param>
/// <param name="nfa">The patterns.</param>
/// <param name="ends">The state in which each pattern ends, with its number below 64.</param>
/// <param name="decide">From the patterns that match, as bits, to the label of the text, or −1: it isn't in the language.</param>
/// <param name="least">Characters at least.</param>
/// <param name="most">Characters at most.</param>
sealed class LanguageBuilder(CompileBudget budget, Nfa nfa, IReadOnlyDictionary<int, int> ends, Func<ulong, int> decide, int least, int? most)
{
    const int Start = 0, NoLabel = -1;

    /// <summary>States that are built before a pattern counts as too hard.</summary>
    const int Most = 20_000;

    /// <summary>Edges that are looked at before a pattern counts as too hard: well under a second.</summary>
    const long MostWork = 10_000_000;

    readonly Closure _closure = new(budget, nfa);
    readonly Dictionary<(string Set, int Count), int> _ids = [];
    readonly List<(int[] Set, int Count)> _states = [];
    readonly List<(int First, int Last, int To)[]> _moves = [];
    readonly List<int> _labels = [];
    long _work;

    /// <summary>Builds it.</summary>
    /// <param name="start">The state of the <see cref="Nfa"/> where all patterns begin.</param>
    /// <exception cref="NotSupportedException">It would have too many states.</exception>
    internal TextLanguage Build(int start)
    {
        Intern(_closure.Of([start], atStart: true), 0);
        for (var i = 0; i < _states.Count; i++)
            _moves.Add(Expand(_states[i].Set, _states[i].Count));
        var living = FindLiving();
        return new(budget, [.. _labels], [.. _moves.Select(moves => Array.FindAll(moves, m => living[m.To]))], !living[Start]);
    }

    (int First, int Last, int To)[] Expand(int[] set, int count)
    {
        if (count == most)
            return [];
        var edges = new List<Nfa.Edge>();
        foreach (var from in set)
            edges.AddRange(nfa.Edges(from));
        var borders = Borders(edges);
        var work = (long)edges.Count * borders.Length;
        budget.Take(work);
        if ((_work += work) > MostWork)
            throw new NotSupportedException("building its automaton would take too long");
        var next = most is null ? Math.Min(count + 1, least) : count + 1;
        var (moves, targets) = (new List<(int First, int Last, int To)>(), new List<int>());
        for (var i = 1; i < borders.Length; i++)
        {
            var (first, last) = (borders[i - 1], borders[i] - 1);
            targets.Clear();
            foreach (var edge in edges)
            {
                if (edge.On.Meets(first, first))
                    targets.Add(edge.To);
            }

            if (targets.Count == 0)
                continue;
            var to = Intern(_closure.Of(CollectionsMarshal.AsSpan(targets), atStart: false), next);
            if (moves.Count > 0 && moves[^1].To == to && moves[^1].Last == first - 1)
                moves[^1] = (moves[^1].First, last, to);
            else
                moves.Add((first, last, to));
        }

        return [.. moves];
    }

    /// <summary>Between two neighbouring borders all characters are treated alike.</summary>
    static int[] Borders(List<Nfa.Edge> edges)
    {
        var borders = new HashSet<int>();
        foreach (var edge in edges)
        {
            foreach (var (first, last) in edge.On.Ranges)
            {
                borders.Add(first);
                borders.Add(last + 1);
            }
        }

        var sorted = borders.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    int Intern(ReadOnlySpan<int> states, int count)
    {
        var key = (TextLanguage.Key(states), count);
        if (_ids.TryGetValue(key, out var id))
            return id;
        if (_states.Count == Most)
            throw new NotSupportedException("its automaton would be too large");
        _ids[key] = id = _states.Count;
        var set = states.ToArray();
        _states.Add((set, count));
        _labels.Add(count < least ? NoLabel : decide(Matches(set, atStart: id == Start)));
        return id;
    }

    ulong Matches(ReadOnlySpan<int> set, bool atStart)
    {
        var matches = 0UL;
        foreach (var state in _closure.Of(set, atStart, atEnd: true))
        {
            if (ends.TryGetValue(state, out var pattern))
                matches |= 1UL << pattern;
        }

        return matches;
    }

    /// <summary>Of each state, whether a text can end from there on.</summary>
    bool[] FindLiving()
    {
        var from = new List<int>[_states.Count];
        for (var i = 0; i < from.Length; i++)
            from[i] = [];
        for (var i = 0; i < _states.Count; i++)
        {
            foreach (var (_, _, to) in _moves[i])
                from[to].Add(i);
        }

        var living = new bool[_states.Count];
        var open = new Stack<int>(Enumerable.Range(0, _states.Count).Where(i => _labels[i] != NoLabel));
        while (open.TryPop(out var state))
        {
            if (living[state])
                continue;
            living[state] = true;
            from[state].ForEach(open.Push);
        }

        return living;
    }
}
