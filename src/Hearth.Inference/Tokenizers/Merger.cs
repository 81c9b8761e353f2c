namespace Hearth.Inference.Tokenizers;

/// <summary>Merges the neighbours of the lowest rank in a word, the leftmost among equals, until none is left.</summary>
/// <remarks>Holds buffers for word after word; not for several threads.</remarks>
sealed class Merger
{
    /// <summary>The rank of a pair that does not merge.</summary>
    internal const int Never = int.MaxValue;

    // Up to here a scan of all ranks is faster than a queue.
    const int ShortWord = 96;

    // Doubly linked over the positions of the word; a merge keeps the left position and unlinks the right one.
    int[] _previous = new int[ShortWord], _next = new int[ShortWord];

    // Of the pair that begins at a position.
    int[] _ranks = new int[ShortWord];

    /// <summary>The position that follows in the merged word; the first one is 0.</summary>
    internal int Next(int position) => _next[position];

    /// <summary>Merges a word of so many parts.</summary>
    internal void Merge<TRule>(ref TRule rule, int count) where TRule : struct, IMergeRule, allows ref struct
    {
        if (_next.Length < count)
            (_previous, _next, _ranks) = (new int[count], new int[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            (_previous[i], _next[i]) = (i - 1, i + 1);
            _ranks[i] = i + 1 < count ? rule.Rank(i, i + 1, i + 2) : Never;
        }

        if (count <= ShortWord)
            Scan(ref rule, count);
        else
            Queue(ref rule, count);
    }

    void Scan<TRule>(ref TRule rule, int count) where TRule : struct, IMergeRule, allows ref struct
    {
        while (true)
        {
            var (best, lowest) = (-1, Never);
            for (var i = 0; i < count; i = _next[i])
            {
                if (_ranks[i] < lowest)
                    (best, lowest) = (i, _ranks[i]);
            }

            if (best < 0)
                return;
            Join(ref rule, best, count);
        }
    }

    void Queue<TRule>(ref TRule rule, int count) where TRule : struct, IMergeRule, allows ref struct
    {
        var queue = new MergeQueue();
        for (var i = 0; i < count; i++)
            Offer(queue, i);
        while (queue.TryTake(out var rank, out var left))
        {
            // An entry is stale where the pair at its position has another rank by now.
            if (_ranks[left] != rank)
                continue;
            Join(ref rule, left, count);
            Offer(queue, _previous[left]);
            Offer(queue, left);
        }
    }

    void Offer(MergeQueue queue, int left)
    {
        if (left >= 0 && _ranks[left] != Never)
            queue.Add(_ranks[left], left);
    }

    void Join<TRule>(ref TRule rule, int left, int count) where TRule : struct, IMergeRule, allows ref struct
    {
        var right = _next[left];
        rule.Merge(left, _ranks[left]);
        _ranks[right] = Never;
        _next[left] = _next[right];
        if (_next[left] < count)
            _previous[_next[left]] = left;
        Rerank(ref rule, left, count);
        Rerank(ref rule, _previous[left], count);
    }

    void Rerank<TRule>(ref TRule rule, int left, int count) where TRule : struct, IMergeRule, allows ref struct
    {
        if (left >= 0)
            _ranks[left] = _next[left] < count ? rule.Rank(left, _next[left], _next[_next[left]]) : Never;
    }
}
