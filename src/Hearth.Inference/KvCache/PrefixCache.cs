using System.Security.Cryptography;
using Hearth.Tensors.Kernels;

namespace Hearth.Inference.KvCache;

/// <summary>Sequences of finished requests, kept as long as nobody needs their pages: the next turn of a conversation computes only what is new.</summary>
/// <remarks>
/// A request sees only entries of its own scope, so one tenant cannot tell from the time to the first token what another one asked. Scopes are
/// compared in constant time.
/// </remarks>
sealed class PrefixCache(PagePool pool)
{
    readonly List<(byte[] Scope, CachedSequence Sequence)> _entries = [];

    /// <summary>Takes the longest cached beginning of <paramref name="tokens"/> out of the cache or copies it; an empty sequence where there is none.</summary>
    /// <param name="scope">The request's scope.</param>
    /// <param name="tokens">The prompt; its last token is always computed again, since its logits are wanted.</param>
    /// <param name="capacity">Positions of the sequence at most.</param>
    /// <param name="spare">Free pages that are promised to nobody.</param>
    /// <param name="isLong">Whether the sequence turns by the long factors: only entries that do, too, can begin it.</param>
    internal CachedSequence Begin(ReadOnlySpan<byte> scope, ReadOnlySpan<int> tokens, int capacity, int spare, bool isLong)
    {
        var (best, length) = (-1, 0);
        for (var i = 0; i < _entries.Count; i++)
        {
            // First of all: how long a comparison with another tenant's tokens takes would tell of them.
            if (!CryptographicOperations.FixedTimeEquals(_entries[i].Scope, scope))
                continue;
            var common = _entries[i].Sequence.Tokens.CommonPrefixLength(tokens[..^1]);
            // A state belongs to the end of its sequence: only the whole of it can be continued.
            if (pool.States is not null && common < _entries[i].Sequence.Length)
                continue;
            if (common > length && _entries[i].Sequence.IsLong == isLong)
                (best, length) = (i, common);
        }

        if (best < 0)
            return new(pool, capacity, isLong);
        var sequence = _entries[best].Sequence;
        // A conversation that goes on takes its pages along; one that branches off leaves them to the other branch.
        if (length < sequence.Length && (spare > 0 || length % KvStore.PageLength == 0))
            return sequence.Fork(length, capacity);
        _entries.RemoveAt(best);
        sequence.Truncate(length);
        return sequence.Grow(capacity);
    }

    /// <summary>Keeps a finished sequence.</summary>
    internal void Keep(ReadOnlySpan<byte> scope, CachedSequence sequence) => _entries.Add((scope.ToArray(), sequence));

    /// <summary>Gives up the oldest entries until so many pages are free, and a state where the model has states.</summary>
    /// <param name="pages">How many pages.</param>
    /// <param name="needsState">Whether a state is needed.</param>
    /// <returns>Whether they are.</returns>
    internal bool MakeRoom(int pages, bool needsState = true)
    {
        while (!HasRoom() && _entries.Count > 0)
        {
            _entries[0].Sequence.Truncate(0);
            _entries.RemoveAt(0);
        }

        return HasRoom();

        bool HasRoom() => pool.Free >= pages && (!needsState || pool.States is null || pool.States.Free > 0);
    }
}
