using System.Runtime.InteropServices;

namespace Hearth.Inference.Constraints.Texts;

/// <summary>Which states of an <see cref="Nfa"/> are reached from some of them without a character.</summary>
/// <param name="budget">What the whole constraint may take.</param>
/// <param name="nfa">It is complete.</param>
sealed class Closure(CompileBudget budget, Nfa nfa)
{
    readonly int[] _seen = new int[nfa.States];
    readonly List<int> _reached = [];
    int _round;

    /// <summary>Those states themselves, too, ascending; until the next call.</summary>
    internal ReadOnlySpan<int> Of(ReadOnlySpan<int> states, bool atStart, bool atEnd = false)
    {
        _round++;
        _reached.Clear();
        foreach (var state in states)
            Reach(state);
        var looked = 0L;
        for (var i = 0; i < _reached.Count; i++)
        {
            var empties = nfa.Empties(_reached[i]);
            looked += 1 + empties.Length;
            foreach (var (to, where) in empties)
            {
                if (where == Nfa.Where.Anywhere || (where == Nfa.Where.AtStart && atStart) || (where == Nfa.Where.AtEnd && atEnd))
                    Reach(to);
            }
        }

        budget.Take(looked);
        _reached.Sort();
        return CollectionsMarshal.AsSpan(_reached);
    }

    void Reach(int state)
    {
        if (_seen[state] == _round)
            return;
        _seen[state] = _round;
        _reached.Add(state);
    }
}
