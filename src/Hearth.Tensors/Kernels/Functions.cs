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
