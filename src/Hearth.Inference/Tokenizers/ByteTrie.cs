namespace Hearth.Inference.Tokenizers;

/// <summary>Tokens by their bytes, found byte by byte: which tokens does a text begin with?</summary>
/// <remarks>Edges are in one table with open addressing, so that a quarter of a million tokens cost some ten megabytes.</remarks>
sealed class ByteTrie
{
    /// <summary>Where every search begins.</summary>
    internal const int Root = 0;

    /// <summary>No such node, no such token.</summary>
    internal const int None = -1;

    // (node << 8 | byte) + 1, 0 where free; beside it the node where the edge ends.
    readonly long[] _edges;
    readonly int[] _ends;
    readonly int[] _tokens;
    readonly long _key = Random.Shared.NextInt64() | 1;
    int _nodes = 1;

    /// <summary>The tokens that text may be split into, of equal ones the first.</summary>
    internal ByteTrie(Vocabulary vocabulary, Func<int, bool> isPart)
    {
        var bytes = 0;
        for (var id = 0; id < vocabulary.Count; id++)
            bytes += isPart(id) ? vocabulary.Bytes(id).Length : 0;
        (_edges, _ends) = (new long[HashSize.For(bytes)], new int[HashSize.For(bytes)]);
        _tokens = new int[bytes + 1];
        Array.Fill(_tokens, None);
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (isPart(id) && !vocabulary.Bytes(id).IsEmpty)
                Add(vocabulary.Bytes(id), id);
        }
    }

    /// <summary>The node after one more byte, or <see cref="None"/>.</summary>
    internal int Next(int node, byte value)
    {
        var slot = Slot(node, value);
        return _edges[slot] == 0 ? None : _ends[slot];
    }

    /// <summary>The token that ends at a node, or <see cref="None"/>.</summary>
    internal int Token(int node) => _tokens[node];

    void Add(ReadOnlySpan<byte> text, int id)
    {
        var node = Root;
        foreach (var value in text)
        {
            var slot = Slot(node, value);
            if (_edges[slot] == 0)
                (_edges[slot], _ends[slot]) = (Edge(node, value), _nodes++);
            node = _ends[slot];
        }

        if (_tokens[node] == None)
            _tokens[node] = id;
    }

    static long Edge(int node, byte value) => (((long)node << 8) | value) + 1;

    int Slot(int node, byte value)
    {
        var edge = Edge(node, value);
        // Keyed by a random number of the process: a file cannot be made so that all its edges collide.
        var hash = unchecked((ulong)(edge * _key) * 0x9E3779B97F4A7C15);
        var mask = _edges.Length - 1;
        var slot = (int)(hash >> 32 & (uint)mask);
        while (_edges[slot] != 0 && _edges[slot] != edge)
            slot = (slot + 1) & mask;
        return slot;
    }
}
