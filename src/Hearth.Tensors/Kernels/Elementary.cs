namespace Hearth.Tensors.Kernels;

/// <summary>
/// Elementary functions in double from additions, multiplications, divisions and fma in fixed order: the platform's library may differ from machine to
/// machine in the last bit. Relative errors are below 4e-16 in the ranges that models use.
/// </summary>
static class Elementary
{
    const double Ln2 = 0.6931471805599453094, Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;

    /// <summary>π/2 in three parts: products of the first two with integers below 2²⁰ are exact (after Cody and Waite).</summary>
    const double HalfPi1 = 1.57079632673412561417e+00, HalfPi2 = 6.07710050630396597660e-11, HalfPi3 = 2.02226624879595063154e-21;

    /// <summary>eˣ for |x| ≤ 700: x = n ln 2 + r, |r| ≤ ½ ln 2, Taylor polynomial of degree 13.</summary>
    internal static double Exp(double x)
    {
        var n = Math.Round(x / Ln2);
        var r = Math.FusedMultiplyAdd(-n, Ln2Low, Math.FusedMultiplyAdd(-n, Ln2High, x));
        var sum = 1.0;
        for (var i = 13; i > 0; i--)
            sum = Math.FusedMultiplyAdd(sum, r / i, 1.0);
        return Math.ScaleB(sum, (int)n);
    }

    /// <summary>ln x for normal x above 0: x = m · 2ᵉ with m in [√½, √2), ln m = 2 artanh((m − 1) / (m + 1)) by its series.</summary>
    internal static double Log(double x)
    {
        var exponent = Math.ILogB(x);
        var m = Math.ScaleB(x, -exponent);
        if (m > 1.4142135623730951)
            (m, exponent) = (m / 2, exponent + 1);
        var t = (m - 1) / (m + 1);
        var square = t * t;
        var sum = 0.0;
        for (var i = 23; i > 0; i -= 2)
            sum = Math.FusedMultiplyAdd(sum, square, 1.0 / i);
        return Math.FusedMultiplyAdd(exponent, Ln2, 2 * t * sum);
    }

    /// <summary>Sine and cosine for |x| below 10⁶: reduced to |r| ≤ π/4, Taylor polynomials of degree 17 and 16.</summary>
    internal static (double Sin, double Cos) SinCos(double x)
    {
        var n = Math.Round(x / (HalfPi1 + HalfPi2));
        var r = Math.FusedMultiplyAdd(-n, HalfPi3, Math.FusedMultiplyAdd(-n, HalfPi2, Math.FusedMultiplyAdd(-n, HalfPi1, x)));
        var square = r * r;
        double sin = 1.0, cos = 1.0;
        for (var i = 16; i > 0; i -= 2)
        {
            sin = Math.FusedMultiplyAdd(sin, -square / (i * (i + 1)), 1.0);
            cos = Math.FusedMultiplyAdd(cos, -square / (i * (i - 1)), 1.0);
        }

        sin *= r;
        return ((long)n & 3) switch { 0 => (sin, cos), 1 => (cos, -sin), 2 => (-sin, -cos), _ => (-cos, sin) };
    }
}
