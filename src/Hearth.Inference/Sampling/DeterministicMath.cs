using System.Numerics;

namespace Hearth.Inference.Sampling;

/// <summary>Exponential and logarithm in double precision whose bits are the same on every machine.</summary>
/// <remarks>
/// The platform's library rounds differently from system to system, which would draw another token from the same seed. Here every
/// operation is an IEEE addition, multiplication, division or fused multiply-add in a fixed order; vectors do the same to each element.
/// </remarks>
static class DeterministicMath
{
    const double Log2E = 1.4426950408889634;

    // ln 2 in two parts: the first has 32 significant bits, so that its product with an exponent of up to 11 bits is exact.
    const double Ln2High = 6.93147180369123816490e-01;
    const double Ln2Low = 1.90821492927058770002e-10;

    // 1.5 · 2^52: adding it rounds to an integer, which then stands in the low bits of the sum.
    const double Rounder = 6755399441055744.0;

    // e^-708 is the last power whose scale 2^n is a normal number; below it a probability counts as 0.
    const double LowestExponent = -708;

    /// <summary>1/13!, 1/12!, … 1/0!: for |r| ≤ ln 2 / 2 the rest of the series is below 5e-18 of the result.</summary>
    static ReadOnlySpan<double> InverseFactorials =>
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0,
        0.5, 1, 1,
    ];

    /// <summary>e^x for −∞ ≤ x ≤ 0, within 1.5 units in the last place; 0 below −708.</summary>
    internal static double Exp(double x)
    {
        if (x < LowestExponent)
            return 0;
        var shifted = Math.FusedMultiplyAdd(x, Log2E, Rounder);
        var n = shifted - Rounder;
        var r = Math.FusedMultiplyAdd(n, -Ln2Low, Math.FusedMultiplyAdd(n, -Ln2High, x));
        var sum = InverseFactorials[0];
        foreach (var coefficient in InverseFactorials[1..])
            sum = Math.FusedMultiplyAdd(sum, r, coefficient);
        return sum * BitConverter.Int64BitsToDouble(unchecked((BitConverter.DoubleToInt64Bits(shifted) << 52) + (1023L << 52)));
    }

    /// <summary>The same for every element, bit for bit.</summary>
    internal static Vector<double> Exp(Vector<double> x)
    {
        var shifted = Vector.FusedMultiplyAdd(x, new Vector<double>(Log2E), new Vector<double>(Rounder));
        var n = shifted - new Vector<double>(Rounder);
        var r = Vector.FusedMultiplyAdd(n, new Vector<double>(-Ln2High), x);
        r = Vector.FusedMultiplyAdd(n, new Vector<double>(-Ln2Low), r);
        var sum = new Vector<double>(InverseFactorials[0]);
        foreach (var coefficient in InverseFactorials[1..])
            sum = Vector.FusedMultiplyAdd(sum, r, new Vector<double>(coefficient));
        var scale = Vector.AsVectorDouble((Vector.AsVectorInt64(shifted) << 52) + new Vector<long>(1023L << 52));
        return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<double>(LowestExponent)), Vector<double>.Zero, sum * scale);
    }

    /// <summary>Natural logarithm of a positive normal number, within 2 units in the last place.</summary>
    /// <remarks>x = m · 2^e with m near 1; ln m = 2 artanh((m − 1) / (m + 1)), whose series is cut where the rest is below 1e-18 of it.</remarks>
    internal static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & ((1L << 52) - 1)) | (1023L << 52));
        if (m > 1.4142135623730951)
            (m, exponent) = (m * 0.5, exponent + 1);

        var s = (m - 1) / (m + 1);
        var square = s * s;
        var sum = 1 / 25.0;
        for (var odd = 23; odd >= 3; odd -= 2)
            sum = Math.FusedMultiplyAdd(sum, square, 1.0 / odd);
        var tail = Math.FusedMultiplyAdd(exponent, Ln2Low, 2 * s * square * sum);
        return Math.FusedMultiplyAdd(exponent, Ln2High, Math.FusedMultiplyAdd(2, s, tail));
    }
}
