using System.Runtime.InteropServices;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>A deterministic automaton over characters: which of several patterns a text matches, of texts of a bounded length.</summary>
/// <remarks>Built as a whole, so that it is known of each state whether an end can still be reached, and by which characters.</remarks>
sealed class TextLanguage
{
    const int Start = 0, Dead = -1, NoLabel = -1;

    /// <summary>States that are built before a pattern counts as too hard.</summary>
    const int Most = 20_000;

    /// <summary>Edges that are looked at before a pattern counts as too hard: well under a second.</summary>
    const long MostWork = 10_000_000;

    /// <summary>States that are looked at to see what is forbidden from one on.</summary>
    const int MostReached = 512;

    /// <summary>States among which alike ones are looked for; more would take too long.</summary>
    const int MostAlike = 2_000;

    readonly CompileBudget _budget;
    readonly Nfa _nfa;
    readonly Closure _closure;
    readonly int _least;
    readonly int? _most;
    readonly Dictionary<int, int> _ends;
    readonly Func<ulong, int> _decide;
    readonly Dictionary<(string Set, int Count), int> _ids = [];
    readonly List<(int[] Set, int Count)> _states = [];
    readonly List<(int First, int Last, int To)[]> _moves = [];
    readonly List<int> _labels = [];
    readonly List<bool> _live = [];
    readonly List<CodeRanges> _going = [];
    long _work;
    ulong[] _forbidden = [];
    int[] _alike = [];
    int _alikeUpTo;

    /// <summary>Builds it.</summary>
    /// <param name="budget">What the whole constraint may take.</param>
    /// <param name="nfa">The patterns.</param>
    /// <param name="start">Where all of them begin.</param>
    /// <param name="ends">The state in which each pattern ends, with its number below 64.</param>
    /// <param name="decide">From the patterns that match, as bits, to the label of the text, or −1: it isn't in the language.</param>
    /// <param name="least">Characters at least.</param>
    /// <param name="most">Characters at most.</param>
    /// <exception cref="NotSupportedException">It would have too many states.</exception>
    internal TextLanguage(CompileBudget budget, Nfa nfa, int start, IReadOnlyDictionary<int, int> ends, Func<ulong, int> decide, int least = 0, int? most = null)
    {
        (_budget, _nfa, _closure, _decide, _least, _most) = (budget, nfa, new(budget, nfa), decide, least, most);
        _ends = new(ends);
        Intern(_closure.Of([start], atStart: true), 0);
        for (var i = 0; i < _states.Count; i++)
            Expand(i);
        FindLiving();
    }

    /// <summary>Every text, with the label 0.</summary>
    internal static TextLanguage Anything { get; } = MakeAnything();

    internal bool IsEmpty => !_live[Start];

    internal int Step(int state, int character) => StepAll(state, character, character);

    /// <summary>The state after any one character of a range, if it is the same for all; otherwise −1.</summary>
    internal int StepAll(int state, int first, int last)
    {
        var moves = _moves[state];
        var (low, high) = (0, moves.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (moves[middle].Last < first)
                low = middle + 1;
            else
                high = middle;
        }

        return low < moves.Length && moves[low].First <= first && moves[low].Last >= last ? moves[low].To : Dead;
    }

    internal int Label(int state) => _labels[state];

    /// <summary>The characters that lead on.</summary>
    internal CodeRanges Going(int state) => _going[state];

    /// <summary>The groups of bytes with which those characters begin that some text of at most so many characters can't go on with, from a state on; all where it is hard to say.</summary>
    internal ulong Forbidden(int state, int longest)
    {
        if (_forbidden.Length == 0)
            _forbidden = [.. _going.Select(going => ByteGroups.Of(going.Negate()))];
        var (seen, reached, groups) = (new HashSet<int> { state }, new List<int> { state }, 0UL);
        for (int length = 0, begin = 0; length < longest && begin < reached.Count; length++)
        {
            var end = reached.Count;
            if (end > MostReached)
                return ulong.MaxValue;
            for (; begin < end; begin++)
            {
                groups |= _forbidden[reached[begin]];
                foreach (var (_, _, to) in _moves[reached[begin]])
                {
                    if (seen.Add(to))
                        reached.Add(to);
                }
            }
        }

        return groups;
    }

    /// <summary>The first state that treats all texts of at most so many characters as this one does.</summary>
    internal int Alike(int state, int longest)
    {
        if (_states.Count > MostAlike)
            return state;
        if (_alike.Length == 0 || longest > _alikeUpTo)
            (_alike, _alikeUpTo) = (FindAlike(longest), longest);
        return _alike[state];
    }

    /// <summary>True where every text leads to the same label.</summary>
    internal bool IsAnything(int state)
        => _labels[state] != NoLabel && _moves[state].Length == CodeRanges.All.Ranges.Length
            && _moves[state].Zip(CodeRanges.All.Ranges).All(m => m.First.To == state && (m.First.First, m.First.Last) == m.Second);

    static TextLanguage MakeAnything()
    {
        var patterns = new TextPatterns(new());
        patterns.AddAnything(0);
        return patterns.Build(_ => 0);
    }

    /// <summary>Parts the states by what they do with texts of no, one, two, … characters, until the longest or until nothing changes (Moore's refinement).</summary>
    int[] FindAlike(int longest)
    {
        var parts = new int[_states.Count];
        var count = Part(s => [_labels[s]]);
        for (var length = 1; length <= longest; length++)
        {
            var before = parts.ToArray();
            var finer = Part(s => [before[s], .. _moves[s].SelectMany(m => (int[])[m.First, m.Last, before[m.To]])]);
            if (finer == count)
                break;
            count = finer;
        }

        return parts;

        int Part(Func<int, int[]> trait)
        {
            var firsts = new Dictionary<string, int>();
            for (var s = 0; s < parts.Length; s++)
            {
                var key = Key(trait(s));
                if (!firsts.TryGetValue(key, out var first))
                    firsts[key] = first = s;
                parts[s] = first;
            }

            return firsts.Count;
        }
    }

    /// <summary>Numbers as a key.</summary>
    static string Key(ReadOnlySpan<int> numbers) => new(MemoryMarshal.Cast<int, char>(numbers));

    void Expand(int state)
    {
        var (set, count) = _states[state];
        if (count == _most)
        {
            _moves.Add([]);
            return;
        }

        var edges = new List<Nfa.Edge>();
        foreach (var from in set)
            edges.AddRange(_nfa.Edges(from));
        var borders = Borders(edges);
        var work = (long)edges.Count * borders.Length;
        _budget.Take(work);
        if ((_work += work) > MostWork)
            throw new NotSupportedException("building its automaton would take too long");
        var next = _most is null ? Math.Min(count + 1, _least) : count + 1;
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

        _moves.Add([.. moves]);
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
        var key = (Key(states), count);
        if (_ids.TryGetValue(key, out var id))
            return id;
        if (_states.Count == Most)
            throw new NotSupportedException("its automaton would be too large");
        _ids[key] = id = _states.Count;
        var set = states.ToArray();
        _states.Add((set, count));
        _labels.Add(count < _least ? NoLabel : _decide(Matches(set, atStart: id == Start)));
        return id;
    }

    ulong Matches(ReadOnlySpan<int> set, bool atStart)
    {
        var matches = 0UL;
        foreach (var state in _closure.Of(set, atStart, atEnd: true))
        {
            if (_ends.TryGetValue(state, out var pattern))
                matches |= 1UL << pattern;
        }

        return matches;
    }

    void FindLiving()
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

        _live.AddRange(living);
        for (var i = 0; i < _states.Count; i++)
        {
            _moves[i] = [.. _moves[i].Where(m => living[m.To])];
            _going.Add(CodeRanges.Of([.. _moves[i].Select(m => (m.First, m.Last))]));
        }
    }
}
