using System.Runtime.InteropServices;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>A deterministic automaton over characters: which of several patterns a text matches, of texts of a bounded length.</summary>
/// <remarks>Built as a whole, so that it is known of each state whether an end can still be reached, and by which characters.</remarks>
sealed class TextLanguage
{
    const int Dead = -1, NoLabel = -1;

    /// <summary>Moves that are looked at to see what is forbidden from a state on.</summary>
    const int MostForbidding = 20_000;

    /// <summary>States among which alike ones are looked for; more would take too long.</summary>
    const int MostAlike = 2_000;

    readonly CompileBudget _budget;
    readonly int[] _labels;
    readonly (int First, int Last, int To)[][] _moves;
    readonly CodeRanges[] _going;
    ulong[] _forbidden = [];
    int[] _alike = [];
    int _alikeUpTo;

    /// <summary>Of what was built.</summary>
    /// <param name="budget">What the whole constraint may take.</param>
    /// <param name="labels">Of each state the label of a text that ends there, or −1.</param>
    /// <param name="moves">Of each state where characters lead; the ends of all of them are to be states from which a text can end.</param>
    /// <param name="isEmpty">True where no text ends.</param>
    internal TextLanguage(CompileBudget budget, int[] labels, (int First, int Last, int To)[][] moves, bool isEmpty)
    {
        (_budget, _labels, _moves, IsEmpty) = (budget, labels, moves, isEmpty);
        _going = Array.ConvertAll(moves, m => CodeRanges.Of([.. m.Select(move => (move.First, move.Last))]));
    }

    /// <summary>Every text, with the label 0.</summary>
    internal static TextLanguage Anything { get; } = MakeAnything();

    internal bool IsEmpty { get; }

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
            _forbidden = Array.ConvertAll(_going, going => ByteGroups.Of(going.Negate()));
        var (seen, reached, groups, looked) = (new HashSet<int> { state }, new List<int> { state }, 0UL, 0);
        for (int length = 0, begin = 0; length < longest && begin < reached.Count; length++)
        {
            for (var end = reached.Count; begin < end; begin++)
            {
                var moves = _moves[reached[begin]];
                if ((looked += 1 + moves.Length) > MostForbidding)
                    return ulong.MaxValue;
                groups |= _forbidden[reached[begin]];
                foreach (var (_, _, to) in moves)
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
        if (_moves.Length > MostAlike)
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

    /// <summary>
    /// Parts the states by what they do with texts of no, one, two, … characters, until the longest or until nothing changes (Moore's refinement); where that would take long, each is
    /// like itself alone.
    /// </summary>
    int[] FindAlike(int longest)
    {
        var parts = new int[_moves.Length];
        var count = Part(s => [_labels[s]]);
        var work = _moves.Length + _moves.Sum(m => (long)m.Length);
        for (var length = 1; length <= longest; length++)
        {
            if (!_budget.TryTake(work))
                return [.. Enumerable.Range(0, parts.Length)];
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
    internal static string Key(ReadOnlySpan<int> numbers) => new(MemoryMarshal.Cast<int, char>(numbers));
}
