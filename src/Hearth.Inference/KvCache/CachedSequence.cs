using Hearth.Tensors.Kernels;

namespace Hearth.Inference.KvCache;

/// <summary>A sequence of tokens and the pages that hold their keys and values, in order of positions.</summary>
sealed class CachedSequence
{
    const int PageLength = KvStore.PageLength;
    readonly PagePool _pool;
    readonly int[] _tokens;

    /// <param name="pool">Where pages come from.</param>
    /// <param name="capacity">Positions at most.</param>
    /// <param name="isLong">Whether it turns by the long factors of its model (LongRoPE).</param>
    internal CachedSequence(PagePool pool, int capacity, bool isLong = false)
    {
        (_pool, IsLong) = (pool, isLong);
        _tokens = new int[capacity];
        Pages = new int[PagesFor(capacity)];
    }

    /// <summary>The pages in order; those past the length are not taken yet.</summary>
    internal int[] Pages { get; }

    internal int PageCount { get; private set; }

    /// <summary>Positions at most.</summary>
    internal int Capacity => _tokens.Length;

    /// <summary>Whether it turns by the long factors: a sequence as a whole does or does not, so the two kinds share no pages.</summary>
    internal bool IsLong { get; private set; }

    /// <summary>Where its state is, for a model with states; −1 where it has none yet.</summary>
    internal int State { get; private set; } = -1;

    /// <summary>Positions that are computed.</summary>
    internal int Length { get; private set; }

    /// <summary>The tokens at those positions.</summary>
    internal ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    internal static int PagesFor(int positions) => (positions + PageLength - 1) / PageLength;

    /// <summary>Takes the pages for <paramref name="tokens"/> and counts them as computed; the pass that follows fills them.</summary>
    internal void Append(ReadOnlySpan<int> tokens)
    {
        TakeState();
        tokens.CopyTo(_tokens.AsSpan(Length));
        Length += tokens.Length;
        TakePages(Length);
    }

    /// <summary>Takes all pages that the sequence can need, so that nobody else gets them.</summary>
    internal void Reserve() => TakePages(_tokens.Length);

    /// <summary>Makes sure of a state for a model that has states.</summary>
    internal void TakeState()
    {
        if (_pool.States is { } states && State < 0)
            State = states.Take();
    }

    /// <summary>Forgets all positions from <paramref name="length"/> on, and gives their pages back.</summary>
    internal void Truncate(int length)
    {
        while (PageCount > PagesFor(length))
            _pool.Release(Pages[--PageCount]);
        // A state cannot be wound back: only a sequence that forgets everything may do so.
        if (_pool.States is not null && length < Length && length > 0)
            throw new InvalidOperationException($"A sequence of {Length} positions with a state cannot become one of {length}.");
        if (_pool.States is { } states && length == 0 && State >= 0)
        {
            states.Release(State);
            State = -1;
        }

        Length = length;
    }

    /// <summary>Forgets everything: from here on the sequence turns by the long factors.</summary>
    internal void BeginLong()
    {
        Truncate(0);
        IsLong = true;
    }

    /// <summary>Starts a new sequence with the first positions of this one: full pages are shared, a last partial one is copied.</summary>
    internal CachedSequence Fork(int length, int capacity)
    {
        var fork = new CachedSequence(_pool, capacity, IsLong);
        Tokens[..length].CopyTo(fork._tokens);
        fork.Length = length;
        for (; fork.PageCount < length / PageLength; fork.PageCount++)
        {
            fork.Pages[fork.PageCount] = Pages[fork.PageCount];
            _pool.Share(Pages[fork.PageCount]);
        }

        if (length % PageLength != 0)
        {
            var page = _pool.Take();
            _pool.Store.Copy(Pages[fork.PageCount], page);
            fork.Pages[fork.PageCount++] = page;
        }

        return fork;
    }

    /// <summary>The same pages and tokens with room for more.</summary>
    internal CachedSequence Grow(int capacity)
    {
        if (capacity <= _tokens.Length)
            return this;
        var grown = new CachedSequence(_pool, capacity, IsLong) { Length = Length, PageCount = PageCount, State = State };
        Tokens.CopyTo(grown._tokens);
        Pages.AsSpan(0, PageCount).CopyTo(grown.Pages);
        return grown;
    }

    void TakePages(int positions)
    {
        while (PageCount < PagesFor(positions))
            Pages[PageCount++] = _pool.Take();
    }
}
