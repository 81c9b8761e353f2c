using System.Runtime.CompilerServices;

namespace Hearth.Inference.Tokenizers.BytePair;

/// <summary>Which two tokens merge into which third, and how early: pairs of ids with open addressing.</summary>
sealed class MergeTable
{
    readonly ulong[] _pairs;

    // Rank + 1, 0 where free.
    readonly int[] _ranks;
    readonly int[] _merged;
    readonly ulong _key = unchecked((ulong)Random.Shared.NextInt64());

    /// <summary>An empty table for so many merges.</summary>
    internal MergeTable(int count)
    {
        (_pairs, _ranks) = (new ulong[HashSize.For(count)], new int[HashSize.For(count)]);
        _merged = new int[count];
    }

    /// <summary>Adds a merge; of two of the same pair the earlier counts.</summary>
    // Runs over the whole vocabulary, once and at the start: compiled well at once, since there is no second time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(int left, int right, int rank, int merged)
    {
        var slot = Slot(left, right);
        _merged[rank] = merged;
        if (_ranks[slot] == 0)
            (_pairs[slot], _ranks[slot]) = (Pair(left, right), rank + 1);
    }

    /// <summary>The rank of a pair, or <see cref="Merger.Never"/>.</summary>
    internal int Rank(int left, int right)
    {
        var rank = _ranks[Slot(left, right)];
        return rank == 0 ? Merger.Never : rank - 1;
    }

    /// <summary>What the pair of a rank becomes.</summary>
    internal int Merged(int rank) => _merged[rank];

    static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    /// <summary>Where a pair is or would be.</summary>
    int Slot(int left, int right)
    {
        var pair = Pair(left, right);
        var mask = _pairs.Length - 1;
        var slot = (int)(Mix(pair ^ _key) & (uint)mask);
        while (_ranks[slot] != 0 && _pairs[slot] != pair)
            slot = (slot + 1) & mask;
        return slot;
    }

    /// <summary>Spreads the bits (the finalizer of MurmurHash3).</summary>
    static ulong Mix(ulong bits)
    {
        unchecked
        {
            bits = (bits ^ (bits >> 33)) * 0xFF51AFD7ED558CCD;
            bits = (bits ^ (bits >> 33)) * 0xC4CEB9FE1A85EC53;
            return bits ^ (bits >> 33);
        }
    }
}
