namespace Hearth.Inference.Constraints;

/// <summary>Tokens by their bytes, in depth-first order: a walk that an automaton cuts short skips a whole branch by one jump.</summary>
/// <remarks>Node 0 is the root. Immutable.</remarks>
sealed class TokenTrie
{
    readonly int[] _firstToken;
    readonly int[] _tokens;

    TokenTrie(List<byte> bytes, List<int> ends, List<int> firstToken, int[] tokens, int longest, bool isShared)
    {
        (Bytes, Ends, _firstToken, _tokens, Longest, IsShared) = ([.. bytes], [.. ends], [.. firstToken, tokens.Length], tokens, longest, isShared);
    }

    /// <summary>Of each node, the byte of the edge into it.</summary>
    internal byte[] Bytes { get; }

    /// <summary>Of each node, the first one after its branch.</summary>
    internal int[] Ends { get; }

    /// <summary>The longest way from the root.</summary>
    internal int Longest { get; }

    /// <summary>True where all requests have it in common, so that what is found for it may be kept for all.</summary>
    internal bool IsShared { get; }

    /// <summary>Roughly the memory that it takes.</summary>
    internal long Size => (Bytes.LongLength * 9) + (_tokens.LongLength * 4);

    /// <summary>The tokens that end at a node.</summary>
    internal ReadOnlySpan<int> Tokens(int node) => _tokens.AsSpan(_firstToken[node], _firstToken[node + 1] - _firstToken[node]);

    /// <summary>The tokens below a node, each with its bytes from there on.</summary>
    internal void Collect(int node, List<(ReadOnlyMemory<byte> Bytes, int Token)> into)
    {
        var path = new List<byte>();
        var ends = new List<int>();
        for (var i = node + 1; i < Ends[node]; i++)
        {
            while (ends.Count > 0 && i >= ends[^1])
            {
                ends.RemoveAt(ends.Count - 1);
                path.RemoveAt(path.Count - 1);
            }

            ends.Add(Ends[i]);
            path.Add(Bytes[i]);
            if (Tokens(i).IsEmpty)
                continue;
            var bytes = path.ToArray();
            foreach (var token in Tokens(i))
                into.Add((bytes, token));
        }
    }

    /// <summary>The tokens that end at a node or below it.</summary>
    internal ReadOnlySpan<int> AllTokens(int node) => _tokens.AsSpan(_firstToken[node].._firstToken[Ends[node]]);

    /// <summary>True where nothing lies below.</summary>
    internal bool IsLeaf(int node) => Ends[node] == node + 1;

    /// <summary>A trie of these texts; equal ones share a node. Empty ones are at the root.</summary>
    internal static TokenTrie Build(List<(ReadOnlyMemory<byte> Bytes, int Token)> entries, bool isShared)
    {
        entries.Sort(static (a, b) => a.Bytes.Span.SequenceCompareTo(b.Bytes.Span) is var order and not 0 ? order : a.Token.CompareTo(b.Token));
        List<byte> bytes = [0];
        List<int> ends = [0], firstToken = [0];
        var tokens = new int[entries.Count];
        var path = new List<int> { 0 };
        var longest = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            var text = entries[i].Bytes.Span;
            longest = Math.Max(longest, text.Length);
            var shared = i == 0 ? 0 : entries[i - 1].Bytes.Span.CommonPrefixLength(text);
            Close(shared);
            for (var at = shared; at < text.Length; at++)
            {
                path.Add(bytes.Count);
                bytes.Add(text[at]);
                ends.Add(0);
                firstToken.Add(i);
            }

            tokens[i] = entries[i].Token;
        }

        Close(-1);
        return new(bytes, ends, firstToken, tokens, longest, isShared);

        void Close(int keep)
        {
            while (path.Count > keep + 1)
            {
                ends[path[^1]] = bytes.Count;
                path.RemoveAt(path.Count - 1);
            }
        }
    }
}
