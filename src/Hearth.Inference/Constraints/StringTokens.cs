using System.Numerics;
using Hearth.Inference.Constraints.Automata;

namespace Hearth.Inference.Constraints;

/// <summary>
/// The tokens of a vocabulary as any JSON string sees them, made once: most patterns forbid few characters, so that of the tokens that hold none of these it is known
/// what they are, and only the others must be gone through.
/// </summary>
sealed class StringTokens
{
    readonly TokenTrie _trie;
    readonly ulong[] _inside;

    // Of each group of bytes, the tokens that have one of it; of each node, the groups in its branch, its own byte included.
    readonly ulong[][] _having;
    readonly ulong[] _below;

    /// <summary>Looks at all tokens.</summary>
    internal StringTokens(TokenTrie trie, int vocabulary)
    {
        (_trie, Vocabulary) = (trie, vocabulary);
        var search = new TokenSearch(trie, 0);
        search.Run(JsonText.Any, JsonText.InsideAny);
        _inside = TokenSet.BitsOf(search.Inside, vocabulary);
        _having = [.. Enumerable.Range(0, 64).Select(_ => new ulong[_inside.Length])];
        _below = new ulong[trie.Bytes.Length];
        for (var node = trie.Bytes.Length - 1; node > 0; node--)
        {
            _below[node] = ByteGroups.Of(trie.Bytes[node]);
            for (var child = node + 1; child < trie.Ends[node]; child = trie.Ends[child])
                _below[node] |= _below[child];
        }

        NoteGroups();
    }

    /// <summary>How many tokens there are.</summary>
    internal int Vocabulary { get; }

    /// <summary>True for the node that stands for all tokens.</summary>
    internal bool Knows(TokenTrie trie, int node) => ReferenceEquals(trie, _trie) && node == 0;

    /// <summary>What a state makes of all tokens that treats those like any string that have no byte of the watched groups.</summary>
    internal Analysis Analyse(Automaton automaton, int start, ulong watched)
    {
        var bits = _inside.AsSpan().ToArray();
        for (var groups = watched; groups != 0; groups &= groups - 1)
            TokenSet.Remove(_having[BitOperations.TrailingZeroCount(groups)], bits);
        var search = new TokenSearch(_trie, 0);
        search.Run(automaton, start, _below, watched);
        new TokenSet(null, [.. search.Inside]).AddTo(bits);
        return search.Found(new TokenSet(bits, []), isShared: false);
    }

    void NoteGroups()
    {
        var (groups, until) = (new ulong[_trie.Longest + 1], new int[_trie.Longest + 1]);
        var depth = 0;
        until[0] = _trie.Bytes.Length;
        for (var node = 1; node < _trie.Bytes.Length; node++)
        {
            while (node >= until[depth])
                depth--;
            depth++;
            (groups[depth], until[depth]) = (groups[depth - 1] | ByteGroups.Of(_trie.Bytes[node]), _trie.Ends[node]);
            foreach (var token in _trie.Tokens(node))
            {
                for (var rest = groups[depth]; rest != 0; rest &= rest - 1)
                    _having[BitOperations.TrailingZeroCount(rest)][token >> 6] |= 1UL << token;
            }
        }
    }
}
