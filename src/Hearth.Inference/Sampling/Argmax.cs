using System.Numerics;
using Hearth.Requests;

namespace Hearth.Inference.Sampling;

/// <summary>The highest logit, in one pass that also finds numbers that are not finite.</summary>
static class Argmax
{
    const int ExponentBits = 0x7F800000;

    /// <summary>The index of the highest logit, the lowest index among equals.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.NotFinite"/>: a logit is infinite or not a number.</exception>
    internal static int Of(ReadOnlySpan<float> logits)
    {
        var width = Vector<float>.Count;
        var whole = logits.Length - (logits.Length % width);
        var (best, strange) = (0, false);
        if (whole > 0)
        {
            var highest = new Vector<float>(logits);
            var (at, positions) = (Vector<int>.Indices, Vector<int>.Indices);
            var notFinite = Vector<int>.Zero;
            for (var i = 0; i < whole; i += width)
            {
                var values = new Vector<float>(logits[i..]);
                var exponents = Vector.AsVectorInt32(values) & new Vector<int>(ExponentBits);
                notFinite |= Vector.Equals(exponents, new Vector<int>(ExponentBits));
                var higher = Vector.GreaterThan(values, highest);
                highest = Vector.ConditionalSelect(higher, values, highest);
                at = Vector.ConditionalSelect(higher, positions, at);
                positions += new Vector<int>(width);
            }

            strange = notFinite != Vector<int>.Zero;
            best = at[0];
            for (var lane = 1; lane < width; lane++)
                best = Better(logits, at[lane], best);
        }

        for (var i = whole; i < logits.Length; i++)
        {
            strange |= !float.IsFinite(logits[i]);
            best = Better(logits, i, best);
        }

        return strange ? throw NotFinite(logits) : best;
    }

    static int Better(ReadOnlySpan<float> logits, int candidate, int best)
        => logits[candidate] > logits[best] || (logits[candidate] == logits[best] && candidate < best) ? candidate : best;

    static EngineException NotFinite(ReadOnlySpan<float> logits)
    {
        var (count, first) = (0, -1);
        for (var i = logits.Length - 1; i >= 0; i--)
        {
            if (!float.IsFinite(logits[i]))
                (count, first) = (count + 1, i);
        }

        return new(
            FailureCode.NotFinite,
            $"{count} of {logits.Length} logits are not finite numbers, the first is that of token {first}.",
            "finite logits",
            "The model's weights or its quantization may be damaged: compare the file's checksum with its source's.");
    }
}
