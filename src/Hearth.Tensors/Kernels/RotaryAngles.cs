using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>Cosines and sines for rotary position embedding (Su et al., RoFormer, §3.2.2), for neighbouring pairs (2i, 2i + 1).</summary>
/// <remarks>
/// Pair i turns by position · frequency_i. Computed in double by polynomials of our own in fixed order and rounded once, so that the tables are the
/// same bits on every machine.
/// </remarks>
public sealed class RotaryAngles
{
    readonly double[] _frequencies;
    readonly double _magnitude;

    /// <param name="rule">Frequencies and magnitude.</param>
    public RotaryAngles(RotaryRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        (_frequencies, _magnitude) = (rule.Frequencies(), rule.Magnitude);
    }

    /// <summary>Fills rows 2i and 2i + 1 of <paramref name="target"/>: the cosine of each number's pair, and −sin, sin for its two numbers.</summary>
    public void Fill(int position, FloatRows target, int index)
    {
        Span<float> cosines = target.Row(2 * index), sines = target.Row((2 * index) + 1);
        for (var i = 0; i < _frequencies.Length; i++)
        {
            var (sin, cos) = Elementary.SinCos(position * _frequencies[i]);
            cosines[2 * i] = cosines[(2 * i) + 1] = (float)(_magnitude * cos);
            sines[2 * i] = -(float)(_magnitude * sin);
            sines[(2 * i) + 1] = (float)(_magnitude * sin);
        }

        cosines[(2 * _frequencies.Length)..].Fill(1f);
        sines[(2 * _frequencies.Length)..].Clear();
    }
}
