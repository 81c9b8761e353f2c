using System.Runtime.CompilerServices;

namespace Hearth.Tensors.Kernels;

/// <summary>The functions on a logit's path, in a fixed order of fma (numeric profile, rule 9).</summary>
static unsafe class Functions<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>
    /// eˣ for x ≤ 88 (larger x give e⁸⁸); exactly 0 below −87. x = n ln 2 + r with |r| ≤ ½ ln 2, and the Taylor polynomial of degree 7 in r: its
    /// remainder r⁸/8! is below 5.2e-9, so the error is that of the last roundings, under 1.5 units in the last place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Exp(TLanes x)
    {
        var lowest = TLanes.Create(-87f);
        var z = TLanes.Min(TLanes.Max(x, lowest), TLanes.Create(88f));
        var magic = TLanes.Create(ILanes<TLanes>.RoundingMagic);
        var rounded = TLanes.Fma(z, TLanes.Create(1.44269504f), magic);
        var n = rounded - magic;
        // ln 2 in two parts: n times the first is exact.
        var r = TLanes.Fma(n, TLanes.Create(-0.693359375f), z);
        r = TLanes.Fma(n, TLanes.Create(2.12194440e-4f), r);
        var p = TLanes.Create(1f / 5040);
        p = TLanes.Fma(p, r, TLanes.Create(1f / 720));
        p = TLanes.Fma(p, r, TLanes.Create(1f / 120));
        p = TLanes.Fma(p, r, TLanes.Create(1f / 24));
        p = TLanes.Fma(p, r, TLanes.Create(1f / 6));
        p = TLanes.Fma(p, r, TLanes.Create(0.5f));
        p = TLanes.Fma(p, r, TLanes.Create(1f));
        p = TLanes.Fma(p, r, TLanes.Create(1f));
        return TLanes.WhereAtLeast(x, lowest, p * TLanes.PowerOfTwo(rounded));
    }

    /// <summary>x / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Silu(TLanes x) => x / (TLanes.Create(1f) + Exp(TLanes.Create(0f) - x));

    /// <summary>
    /// tanh x. Below 0.625 the Padé approximant of order (5, 6), whose error is below 1e-10, beyond it 1 − 2 / (e²ˣ + 1): within 3 units in the last place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Tanh(TLanes x)
    {
        TLanes zero = TLanes.Create(0f), one = TLanes.Create(1f), border = TLanes.Create(0.625f);
        var magnitude = TLanes.Max(x, zero - x);
        var square = TLanes.Min(magnitude, border);
        square *= square;
        var top = TLanes.Fma(TLanes.Fma(TLanes.Create(21f), square, TLanes.Create(1260f)), square, TLanes.Create(10395f));
        var bottom = TLanes.Fma(TLanes.Fma(square + TLanes.Create(210f), square, TLanes.Create(4725f)), square, TLanes.Create(10395f));
        var near = TLanes.Min(magnitude, border) * top / bottom;
        var far = one - (TLanes.Create(2f) / (Exp(magnitude + magnitude) + one));
        var result = near + TLanes.WhereAtLeast(magnitude, border, far - near);
        return TLanes.WhereAtLeast(x, zero, result + result) - result;
    }

    /// <summary>c · tanh(x / c).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes SoftCap(TLanes x, float cap) => TLanes.Create(cap) * Tanh(x / TLanes.Create(cap));

    /// <summary>½ x (1 + tanh u) with u = √(2/π) (x + 0.044715 x³), which is x / (1 + e^(−2u)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes GeluTanh(TLanes x)
    {
        var inner = TLanes.Fma(x * x, TLanes.Create(-2f * 0.79788456f * 0.044715f), TLanes.Create(-2f * 0.79788456f));
        return x / (TLanes.Create(1f) + Exp(x * inner));
    }

    /// <summary>
    /// x Φ(x). ½ erfc(z) e^(z²) with z = |x| / √2 is t times a polynomial of degree 8 in t = 1 / (1 + 0.3 z), interpolated at the Chebyshev nodes of
    /// 0 ≤ z ≤ 10, within 2.5e-8 of its value; with the roundings Φ is within 2e-7, absolutely.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes GeluErf(TLanes x)
    {
        TLanes zero = TLanes.Create(0f), one = TLanes.Create(1f);
        var magnitude = TLanes.Max(x, zero - x);
        var t = one / TLanes.Fma(magnitude, TLanes.Create(0.3f * 0.70710678f), one);
        var p = TLanes.Create(-0.1307708773f);
        p = TLanes.Fma(p, t, TLanes.Create(0.4919342706f));
        p = TLanes.Fma(p, t, TLanes.Create(-0.5261516628f));
        p = TLanes.Fma(p, t, TLanes.Create(0.5645142422f));
        p = TLanes.Fma(p, t, TLanes.Create(-0.1069833625f));
        p = TLanes.Fma(p, t, TLanes.Create(0.2205391691f));
        p = TLanes.Fma(p, t, TLanes.Create(0.1467960222f));
        p = TLanes.Fma(p, t, TLanes.Create(0.1709491199f));
        p = TLanes.Fma(p, t, TLanes.Create(0.1691730577f));
        var tail = TLanes.Create(0.5f) * p * t * Exp(TLanes.Create(-0.5f) * (x * x));
        return x * (tail + TLanes.WhereAtLeast(x, zero, one - tail - tail));
    }

    /// <summary>g / (1 + e^(−1.702 g)) · (u + 1) with g = min(gate, 7) and u = up within ±7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes ClampedSilu(TLanes gate, TLanes up)
    {
        TLanes limit = TLanes.Create(7f), one = TLanes.Create(1f);
        var g = TLanes.Min(gate, limit);
        var u = TLanes.Max(TLanes.Min(up, limit), TLanes.Create(-7f));
        return g / (one + Exp(g * TLanes.Create(-1.702f))) * (u + one);
    }

    /// <summary>Normalizes <paramref name="width"/> numbers, a multiple of 16 (for RMSNorm also padded with zeros to 16); x may be y.</summary>
    internal static void Normalize(float* x, Norm norm, int width, float* y)
    {
        if (norm.Centered)
            LayerNorm(x, norm.Weight.Pointer(0), norm.Bias is { } bias ? bias.Pointer(0) : null, norm.Epsilon, width, y);
        else
            RmsNorm(x, norm.Weight.Pointer(0), norm.Epsilon, width, y);
    }

    /// <summary>y = (x − mean) / √(variance + ε) · w + b over <paramref name="width"/> numbers, a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void LayerNorm(float* x, float* w, float* b, float epsilon, int width, float* y)
    {
        var sum = TLanes.Create(0f);
        for (var i = 0; i < width; i += 16)
            sum += TLanes.Load(x + i);
        var mean = TLanes.Create(TLanes.TreeSum(sum) / width);
        var squares = TLanes.Create(0f);
        for (var i = 0; i < width; i += 16)
        {
            var v = TLanes.Load(x + i) - mean;
            squares = TLanes.Fma(v, v, squares);
        }

        var scale = TLanes.Create(1f / MathF.Sqrt((TLanes.TreeSum(squares) / width) + epsilon));
        for (var i = 0; i < width; i += 16)
        {
            var v = (TLanes.Load(x + i) - mean) * scale * TLanes.Load(w + i);
            (b == null ? v : v + TLanes.Load(b + i)).Store(y + i);
        }
    }

    /// <summary>y += factor · x over <paramref name="width"/> numbers, padded to 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddScaled(float* x, float factor, int width, float* y)
    {
        var f = TLanes.Create(factor);
        for (var i = 0; i < width; i += 16)
            TLanes.Fma(TLanes.Load(x + i), f, TLanes.Load(y + i)).Store(y + i);
    }

    /// <summary>y = x / √(mean x² + ε) · w over <paramref name="width"/> numbers, padded with zeros to 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RmsNorm(float* x, float* w, float epsilon, int width, float* y)
    {
        var squares = TLanes.Create(0f);
        for (var i = 0; i < width; i += 16)
        {
            var v = TLanes.Load(x + i);
            squares = TLanes.Fma(v, v, squares);
        }

        var scale = TLanes.Create(1f / MathF.Sqrt((TLanes.TreeSum(squares) / width) + epsilon));
        for (var i = 0; i < width; i += 16)
            (TLanes.Load(x + i) * scale * TLanes.Load(w + i)).Store(y + i);
    }

    /// <summary>Turns pairs (2i, 2i + 1): y₀ = x₀ cos − x₁ sin, y₁ = x₁ cos + x₀ sin. The sine table holds −sin, sin for each pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Rotate(float* x, float* cos, float* sin, int width)
    {
        for (var i = 0; i < width; i += 16)
        {
            var v = TLanes.Load(x + i);
            TLanes.Fma(v, TLanes.Load(cos + i), TLanes.SwapPairs(v) * TLanes.Load(sin + i)).Store(x + i);
        }
    }
}
