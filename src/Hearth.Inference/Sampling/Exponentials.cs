using System.Numerics;

namespace Hearth.Inference.Sampling;

/// <summary>The terms of a softmax: e^((logit − highest) · inverse temperature), in double precision.</summary>
static class Exponentials
{
    // Sums run in 16 lanes, element i in lane i mod 16, whatever the width of the machine's vectors.
    const int Lanes = 16;

    /// <summary>The sum of all terms, in fixed order.</summary>
    internal static double Sum(ReadOnlySpan<float> logits, float highest, double inverseTemperature)
    {
        Span<double> lanes = stackalloc double[Lanes];
        lanes.Clear();
        var whole = logits.Length - (logits.Length % Lanes);
        for (var i = 0; i < whole; i += Lanes)
        {
            for (var lane = 0; lane < Lanes; lane += Vector<float>.Count)
            {
                var (low, high) = Terms(logits[(i + lane)..], highest, inverseTemperature);
                Accumulate(lanes[lane..], low);
                Accumulate(lanes[(lane + Vector<double>.Count)..], high);
            }
        }

        for (var i = whole; i < logits.Length; i++)
            lanes[i - whole] += Term(logits[i], highest, inverseTemperature);
        return Tree(lanes);
    }

    /// <summary>Every term.</summary>
    internal static void Fill(ReadOnlySpan<float> logits, float highest, double inverseTemperature, Span<double> terms)
    {
        var whole = logits.Length - (logits.Length % Vector<float>.Count);
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            var (low, high) = Terms(logits[i..], highest, inverseTemperature);
            low.CopyTo(terms[i..]);
            high.CopyTo(terms[(i + Vector<double>.Count)..]);
        }

        for (var i = whole; i < logits.Length; i++)
            terms[i] = Term(logits[i], highest, inverseTemperature);
    }

    /// <summary>One term: the definition.</summary>
    internal static double Term(float logit, float highest, double inverseTemperature)
        => DeterministicMath.Exp(((double)logit - highest) * inverseTemperature);

    static (Vector<double> Low, Vector<double> High) Terms(ReadOnlySpan<float> logits, float highest, double inverseTemperature)
    {
        Vector.Widen(new Vector<float>(logits), out var low, out var high);
        var top = new Vector<double>(highest);
        var factor = new Vector<double>(inverseTemperature);
        return (DeterministicMath.Exp((low - top) * factor), DeterministicMath.Exp((high - top) * factor));
    }

    static void Accumulate(Span<double> lanes, Vector<double> terms) => (new Vector<double>(lanes) + terms).CopyTo(lanes);

    static double Tree(Span<double> lanes)
    {
        for (var half = Lanes / 2; half > 0; half /= 2)
        {
            for (var lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        }

        return lanes[0];
    }
}
