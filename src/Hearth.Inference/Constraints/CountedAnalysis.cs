using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>The tokens of an automaton by how many characters of the text they hold: what a limit of length leaves follows without going through them again.</summary>
sealed class CountedAnalysis
{
    /// <summary>Exits that are kept; beyond, all are made anew where they are needed.</summary>
    const int MostExits = 64;

    readonly TokenTrie _trie;
    readonly int _node, _vocabulary;

    // By the number of characters that a token adds to an unfinished text, or that were before an end inside it.
    readonly List<List<int>> _unfinished = [], _finished = [], _ends = [];

    // The unfinished ones of at most so many characters, where they are many. Up to where one more character adds many too, there is one for each number.
    readonly Dictionary<int, ulong[]> _upTo = [];
    readonly int _many;
    readonly Dictionary<(int Least, int Most), Exit[]> _exits = [];
    readonly Lock _lock = new();

    /// <summary>Goes through the tokens below a node.</summary>
    internal CountedAnalysis(Automaton automaton, int start, TokenTrie trie, int node, int vocabulary)
    {
        (_trie, _node, _vocabulary) = (trie, node, vocabulary);
        if (!trie.IsLeaf(node) && automaton.Label(start) != Automaton.NoLabel)
            At(_ends, 0).Add(node);
        Search(automaton, start);
        _many = _unfinished.Count - 1;
        for (var left = 0; _many >= 0 && (left += _unfinished[_many].Count) <= TokenSet.FewOf(vocabulary);)
            _many--;
    }

    /// <summary>Roughly the memory that it takes, with what it may keep later.</summary>
    internal long Bytes
        => (sizeof(int) * (_unfinished.Sum(l => l.Count) + _finished.Sum(l => l.Count) + _ends.Sum(l => (long)l.Count))) + ((_many + 1L) * _vocabulary / 8);

    /// <summary>Nodes that were looked at for it.</summary>
    internal long Work { get; private set; }

    /// <summary>What is left where so many characters at least, and at most, may still come before the end.</summary>
    internal Analysis Between(int least, int most)
    {
        most = Math.Min(most, _unfinished.Count - 1);
        least = Math.Min(least, most + 1);
        var few = new List<int>();
        var many = Math.Min(most, _many);
        for (var count = many + 1; count <= most; count++)
            few.AddRange(_unfinished[count]);
        for (var count = least; count <= most; count++)
            few.AddRange(_finished[count]);
        return new(new(UpTo(many), [.. few]), ExitsBetween(least, most)) { Bytes = sizeof(int) * few.Count, Work = few.Count };
    }

    ulong[]? UpTo(int most)
    {
        if (most < 0)
            return null;
        lock (_lock)
        {
            if (!_upTo.TryGetValue(most, out var bits))
                _upTo[most] = bits = TokenSet.BitsOf(_unfinished.Take(most + 1).SelectMany(l => l), _vocabulary);
            return bits;
        }
    }

    Exit[] ExitsBetween(int least, int most)
    {
        lock (_lock)
        {
            if (_exits.TryGetValue((least, most), out var known))
                return known;
            var ends = new List<int>();
            for (var count = least; count <= most; count++)
                ends.AddRange(_ends[count]);
            ends.Sort();
            if (_exits.Count == MostExits)
                _exits.Clear();
            return _exits[(least, most)] = ends.Count == 0 ? [] : [.. Exit.Of(JsonText.Label0, _trie, ends, _trie.IsShared)];
        }
    }

    void Search(Automaton automaton, int start)
    {
        var trie = _trie;
        var (states, counts, until) = (new int[trie.Longest + 1], new int[trie.Longest + 1], new int[trie.Longest + 1]);
        var (depth, stop) = (0, trie.Ends[_node]);
        (states[0], until[0]) = (start, stop);
        for (var i = _node + 1; i < stop; Work++)
        {
            while (i >= until[depth])
                depth--;
            var state = automaton.Step(states[depth], trie.Bytes[i]);
            if (state == Automaton.Dead)
            {
                i = trie.Ends[i];
                continue;
            }

            // A character counts from its first byte on.
            var isEnd = automaton.Label(state) != Automaton.NoLabel;
            var count = counts[depth] + (states[depth] == JsonText.InsideAny && !isEnd ? 1 : 0);
            foreach (var token in trie.Tokens(i))
                At(isEnd ? _finished : _unfinished, count).Add(token);
            if (trie.Ends[i] > i + 1)
            {
                if (isEnd)
                    At(_ends, count).Add(i);
                depth++;
                (states[depth], counts[depth], until[depth]) = (state, count, trie.Ends[i]);
            }

            i++;
        }
    }

    List<int> At(List<List<int>> lists, int count)
    {
        while (_unfinished.Count <= count)
            Array.ForEach((List<List<int>>[])[_unfinished, _finished, _ends], l => l.Add([]));
        return lists[count];
    }
}
