namespace Hearth.Inference.Tokenizers;

/// <summary>The merges of one long word with a queue of pairs, in a time that grows as n log n.</summary>
readonly ref struct LongWord
{
    readonly MergeTable _merges;
    readonly Span<int> _tokens;

    // Doubly linked over the positions of the word; a merge keeps the left position and unlinks the right one.
    readonly int[] _previous, _next;

    // By rank, then by position. An entry is stale where the pair at its position no longer has its rank.
    readonly PriorityQueue<int, ulong> _pairs;

    internal LongWord(MergeTable merges, Span<int> tokens)
    {
        _merges = merges;
        _tokens = tokens;
        (_previous, _next) = (new int[tokens.Length], new int[tokens.Length]);
        _pairs = new(tokens.Length);
        for (var i = 0; i < tokens.Length; i++)
            (_previous[i], _next[i]) = (i - 1, i + 1);
        for (var i = 0; i < tokens.Length; i++)
            Offer(i);
    }

    /// <summary>Merges in place and returns how many tokens are left.</summary>
    internal int Merge()
    {
        while (_pairs.TryDequeue(out var left, out var key))
        {
            var rank = (int)(key >> 32);
            if (RankAt(left) != rank)
                continue;
            var right = _next[left];
            _tokens[left] = _merges.Merged(rank);
            _next[left] = _next[right];
            if (_next[right] < _tokens.Length)
                _previous[_next[right]] = left;
            _next[right] = right;
            Offer(left);
            Offer(_previous[left]);
        }

        return Compact();
    }

    void Offer(int left)
    {
        var rank = left < 0 ? MergeTable.Never : RankAt(left);
        if (rank != MergeTable.Never)
            _pairs.Enqueue(left, ((ulong)rank << 32) | (uint)left);
    }

    /// <summary>The rank of the pair at a position; a position that was merged away follows itself and has none.</summary>
    int RankAt(int left)
    {
        var right = _next[left];
        return right == left || right >= _tokens.Length ? MergeTable.Never : _merges.Rank(_tokens[left], _tokens[right]);
    }

    int Compact()
    {
        var count = 0;
        for (var i = 0; i < _tokens.Length; i = _next[i])
            _tokens[count++] = _tokens[i];
        return count;
    }
}
