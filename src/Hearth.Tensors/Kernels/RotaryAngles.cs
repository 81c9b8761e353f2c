using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>Cosines and sines for rotary position embedding (Su et al., RoFormer, §3.2.2), for neighbouring pairs (2i, 2i + 1).</summary>
/// <remarks>
/// Pair i turns by position · base^(−2i/d) / factor_i. Computed in double by polynomials of our own in fixed order and rounded once, so that the
/// tables are the same bits on every machine.
/// </remarks>
public sealed class RotaryAngles
{
    readonly double[] _frequencies;

    /// <param name="dimensions">Numbers of a head that turn; even. Further ones stay as they are.</param>
    /// <param name="frequencyBase">The base, such as 10,000.</param>
    /// <param name="factors">Divisors of the frequencies, one a pair, or empty.</param>
    public RotaryAngles(int dimensions, double frequencyBase, ReadOnlySpan<float> factors)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(dimensions % 2, 0, nameof(dimensions));
        if (factors.Length != 0 && factors.Length < dimensions / 2)
            throw new ArgumentException($"{factors.Length} frequency factors do not cover {dimensions / 2} pairs.", nameof(factors));
        _frequencies = new double[dimensions / 2];
        var step = -2.0 / dimensions * Elementary.Log(frequencyBase);
        for (var i = 0; i < _frequencies.Length; i++)
            _frequencies[i] = Elementary.Exp(i * step) / (factors.Length == 0 ? 1.0 : factors[i]);
    }

    /// <summary>Fills rows 2i and 2i + 1 of <paramref name="target"/>: the cosine of each number's pair, and −sin, sin for its two numbers.</summary>
    public void Fill(int position, FloatRows target, int index)
    {
        Span<float> cosines = target.Row(2 * index), sines = target.Row((2 * index) + 1);
        for (var i = 0; i < _frequencies.Length; i++)
        {
            var (sin, cos) = Elementary.SinCos(position * _frequencies[i]);
            cosines[2 * i] = cosines[(2 * i) + 1] = (float)cos;
            sines[2 * i] = -(float)sin;
            sines[(2 * i) + 1] = (float)sin;
        }

        cosines[(2 * _frequencies.Length)..].Fill(1f);
        sines[(2 * _frequencies.Length)..].Clear();
    }
}
