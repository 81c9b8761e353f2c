namespace Hearth.Tensors.Kernels;

/// <summary>How fast each pair of numbers turns with the position.</summary>
/// <param name="Dimensions">Numbers of a head that turn; even. Further ones stay as they are.</param>
/// <param name="Base">The base b, such as 10,000: pair i turns by b^(−2i/d) a position.</param>
public sealed record RotaryRule(int Dimensions, double Base)
{
    /// <summary>Divisors of the frequencies, one a pair; empty for none (Llama 3.1, LongRoPE).</summary>
    public IReadOnlyList<float> Divisors { get; init; } = [];

    /// <summary>A divisor of all positions: linear scaling (Chen et al., Position Interpolation), and the factor of YaRN.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Which pairs <see cref="Factor"/> slows down; null for all of them.</summary>
    public YarnRange? Yarn { get; init; }

    /// <summary>A factor of cosines and sines, and so of turned queries and keys; null: 0.1 ln <see cref="Factor"/> + 1 (YaRN, §3.4), or 1 without YaRN.</summary>
    public double? AttentionFactor { get; init; }

    internal double Magnitude => AttentionFactor ?? (Yarn is null || Factor <= 1 ? 1 : (0.1 * Elementary.Log(Factor)) + 1);

    internal double[] Frequencies()
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Dimensions % 2, 0, nameof(Dimensions));
        var pairs = Dimensions / 2;
        if (Divisors.Count != 0 && Divisors.Count < pairs)
            throw new ArgumentException($"{Divisors.Count} frequency factors do not cover {pairs} pairs.");
        var frequencies = new double[pairs];
        var step = -2.0 / Dimensions * Elementary.Log(Base);
        var (low, high) = Yarn?.Pairs(Dimensions, Base) ?? (0, 0);
        for (var i = 0; i < pairs; i++)
        {
            var frequency = Elementary.Exp(i * step) / (Divisors.Count == 0 ? 1.0 : Divisors[i]);
            // The share that is slowed down: all of slow pairs, none of fast ones, with a ramp between.
            var slowed = Yarn is null ? 1 : Math.Clamp((i - low) / (high - low), 0, 1);
            frequencies[i] = Factor == 1 ? frequency : (frequency / Factor * slowed) + (frequency * (1 - slowed));
        }

        return frequencies;
    }
}

/// <summary>The ramp of YaRN (Peng et al., §3.2): pairs that turn often within the original context keep their speed, slow ones are scaled.</summary>
/// <param name="OriginalContext">Positions of the model before it was extended.</param>
/// <param name="BetaFast">Turns within that context from which a pair keeps its speed.</param>
/// <param name="BetaSlow">Turns below which a pair is scaled wholly.</param>
/// <param name="Truncated">Whether the ends of the ramp are rounded to whole pairs.</param>
public sealed record YarnRange(double OriginalContext, double BetaFast, double BetaSlow, bool Truncated)
{
    internal (double Low, double High) Pairs(int dimensions, double frequencyBase)
    {
        double low = Pair(BetaFast), high = Pair(BetaSlow);
        if (Truncated)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, dimensions - 1));
        return (low, low == high ? high + 0.001 : high);

        // The pair that turns so often within the original context.
        double Pair(double turns)
            => dimensions * Elementary.Log(OriginalContext / (turns * 2 * Math.PI)) / (2 * Elementary.Log(frequencyBase));
    }
}
