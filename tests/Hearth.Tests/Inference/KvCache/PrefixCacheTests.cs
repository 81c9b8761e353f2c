using Hearth.Inference.KvCache;
using Hearth.Tensors.Kernels;

namespace Hearth.Tests.Inference.KvCache;

/// <summary>What sequences may take over from others: not from those that turn by other factors, and of those with a state the whole only.</summary>
public sealed class PrefixCacheTests : IDisposable
{
    static readonly int[] Tokens = [.. Enumerable.Range(1, 200)];
    readonly KvStore _store = new(8, 1, 1, 16, half: false);
    readonly StatePool _states = new(2, 16);

    public void Dispose()
    {
        _store.Dispose();
        _states.Dispose();
    }

    [Fact]
    public void Short_and_long_sequences_share_nothing()
    {
        var pool = new PagePool(_store);
        var cache = new PrefixCache(pool);
        cache.Keep([], Sequence(pool, 100, isLong: false));
        Assert.Equal(0, cache.Begin([], Tokens, 200, 8, isLong: true).Length);
        Assert.Equal(100, cache.Begin([], Tokens, 200, 8, isLong: false).Length);
    }

    [Fact]
    public void A_sequence_with_a_state_is_continued_from_its_end_and_never_branched_off()
    {
        var pool = new PagePool(_store, _states);
        var cache = new PrefixCache(pool);
        var first = Sequence(pool, 100, isLong: false);
        var state = first.State;
        _states.Rows.Row(state)[3] = 7;
        cache.Keep([], first);
        Assert.Equal(0, cache.Begin([], Tokens.AsSpan(0, 80), 200, 8, isLong: false).Length);
        Assert.Equal(0, cache.Begin([], [.. Tokens[..99], 5, 6, 7], 200, 8, isLong: false).Length);
        var next = cache.Begin([], Tokens, 200, 8, isLong: false);
        Assert.Equal((100, state, 7f), (next.Length, next.State, _states.Rows.Row(state)[3]));
        Assert.Throws<InvalidOperationException>(() => next.Truncate(50));
    }

    [Fact]
    public void A_state_that_is_needed_is_taken_from_the_oldest_entry_and_comes_back_as_zeros()
    {
        var pool = new PagePool(_store, _states);
        var cache = new PrefixCache(pool);
        foreach (var length in (int[])[10, 20])
        {
            var sequence = Sequence(pool, length, isLong: false);
            _states.Rows.Row(sequence.State).Fill(1);
            cache.Keep([], sequence);
        }

        Assert.Equal(0, _states.Free);
        Assert.True(cache.MakeRoom(1, needsState: false));
        Assert.Equal(0, _states.Free);
        Assert.True(cache.MakeRoom(1));
        var fresh = Sequence(pool, 1, isLong: false);
        Assert.False(_states.Rows.Row(fresh.State).ContainsAnyExcept(0f));
        Assert.Equal(20, cache.Begin([], Tokens, 200, 8, isLong: false).Length);
    }

    static CachedSequence Sequence(PagePool pool, int length, bool isLong)
    {
        var sequence = new CachedSequence(pool, 200, isLong);
        sequence.Append(Tokens.AsSpan(0, length));
        return sequence;
    }
}
