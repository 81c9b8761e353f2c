using System.Numerics;

namespace Hearth.Inference.Sampling;

/// <summary>The tokens that may still be drawn, with their logits, by ascending id. Owns its buffers; steps change it in place.</summary>
/// <param name="vocabulary">Tokens of the vocabulary.</param>
/// <param name="capacity">Tokens that the first filter leaves at most.</param>
sealed class Candidates(int vocabulary, int capacity)
{
    // At first all tokens are candidates and the index is the id; the first filter writes the ids.
    readonly float[] _logits = new float[vocabulary];
    readonly int[] _ids = new int[capacity];
    readonly double[] _weights = new double[capacity];
    readonly ulong[] _keys = new ulong[capacity];
    bool _whole;

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>What the logits are divided by before probabilities are computed.</summary>
    internal double Temperature { get; private set; }

    /// <summary>The logits before the division by the temperature.</summary>
    internal Span<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>Scratch space of the filters, as long as the capacity.</summary>
    internal Span<ulong> Keys => _keys;

    /// <summary>Starts with the whole vocabulary.</summary>
    internal void Load(ReadOnlySpan<float> logits)
    {
        _ = Argmax.Of(logits);
        logits.CopyTo(_logits);
        (Count, Temperature, _whole) = (logits.Length, 1, true);
    }

    /// <summary>The id of a candidate.</summary>
    internal int IdAt(int index) => _whole ? index : _ids[index];

    /// <summary>The index of a token, negative where it is no candidate any more.</summary>
    internal int IndexOf(int id) => _whole ? id : _ids.AsSpan(0, Count).BinarySearch(id);

    /// <summary>Divides by a temperature; the division is done with the probabilities.</summary>
    internal void Heat(double temperature) => Temperature *= temperature;

    /// <summary>Divides the logits by the temperature now, for steps that add to them.</summary>
    internal void ApplyTemperature()
    {
        if (Temperature == 1)
            return;
        foreach (ref var logit in Logits)
            logit = (float)(logit / Temperature);
        Temperature = 1;
    }

    /// <summary>The index of the most likely.</summary>
    internal int MostLikely() => Argmax.Of(Logits);

    /// <summary>The sum of the softmax terms of all.</summary>
    internal double Total(float highest) => Exponentials.Sum(Logits, highest, 1 / Temperature);

    /// <summary>The softmax terms of all, not divided by their sum.</summary>
    internal Span<double> Weights(float highest)
    {
        Exponentials.Fill(Logits, highest, 1 / Temperature, _weights);
        return _weights.AsSpan(0, Count);
    }

    /// <summary>Drops the tokens whose logit is below a threshold; passes quickly over stretches where all are.</summary>
    internal void KeepFrom(double threshold)
    {
        var logits = Logits;
        // Rounded down, so that the vectors skip nothing that the exact comparison keeps.
        var floor = new Vector<float>(MathF.BitDecrement((float)threshold));
        var (kept, i) = (0, 0);
        while (i < logits.Length)
        {
            var end = Math.Min(i + Vector<float>.Count, logits.Length);
            if (end - i == Vector<float>.Count && !Vector.GreaterThanOrEqualAny(new Vector<float>(logits[i..]), floor))
                i = end;
            for (; i < end; i++)
            {
                if (logits[i] >= threshold)
                    Move(i, kept++);
            }
        }

        Shrink(kept);
    }

    /// <summary>Keeps the first tokens of a ranking: until their softmax terms reach the target, and at least so many.</summary>
    internal void KeepFirst<TRank>(TRank rank, float highest, double target, int atLeast)
        where TRank : struct, IRank
    {
        var weights = Weights(highest);
        for (var i = 0; i < Count; i++)
            _keys[i] = Key(rank, i);
        var last = RankedSelection.Last(_keys.AsSpan(0, Count), weights, target, atLeast);
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (Key(rank, i) <= last)
                Move(i, kept++);
        }

        Shrink(kept);
    }

    /// <summary>Keeps the tokens at these indices, which must ascend.</summary>
    internal void Keep(ReadOnlySpan<ulong> indices)
    {
        for (var i = 0; i < indices.Length; i++)
            Move((int)indices[i], i);
        Shrink(indices.Length);
    }

    /// <summary>Keeps the tokens of a mask, which has a bit for each of the vocabulary. At first only, while all are candidates.</summary>
    internal void KeepMasked(ReadOnlySpan<ulong> mask)
    {
        var kept = 0;
        for (var word = 0; word < mask.Length; word++)
        {
            for (var bits = mask[word]; bits != 0; bits &= bits - 1)
                Move((word << 6) + BitOperations.TrailingZeroCount(bits), kept++);
        }

        Shrink(kept);
    }

    /// <summary>Keeps one.</summary>
    internal void KeepOnly(int index)
    {
        Move(index, 0);
        Shrink(1);
    }

    /// <summary>A rank with the index below it: equal ranks are ordered by id.</summary>
    internal ulong Key<TRank>(TRank rank, int index)
        where TRank : struct, IRank
        => ((ulong)rank.Of(_logits[index]) << 32) | (uint)index;

    void Move(int from, int to) => (_ids[to], _logits[to]) = (IdAt(from), _logits[from]);

    void Shrink(int count) => (Count, _whole) = (count, false);
}
