using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Tensors.Kernels;

/// <summary>The definition.</summary>
unsafe struct DotScalar : IDot
{
    public static void Block(sbyte* weights, int stride, int vectors, sbyte* activations, int* sums)
    {
        for (var row = 0; row < 16; row++)
        {
            sums[row] = 0;
            for (var k = 0; k < 4 * vectors; k++)
                sums[row] += weights[(k / 4 * stride) + (4 * row) + (k % 4)] * activations[k];
        }
    }
}

/// <summary>128-bit vectors: SSSE3, Arm's dot product, or widening multiplication.</summary>
unsafe struct Dot128 : IDot
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(sbyte* weights, int stride, int vectors, sbyte* activations, int* sums)
    {
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var sum = Vector128<int>.Zero;
            var w = weights + (16 * quarter);
            for (var j = 0; j < vectors; j++)
                sum = Step(sum, Vector128.Load(w + (j * stride)), Vector128.Create(*(int*)(activations + (4 * j))).AsSByte());
            sum.Store(sums + (4 * quarter));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> Step(Vector128<int> sum, Vector128<sbyte> w, Vector128<sbyte> x)
    {
        if (Dp.IsSupported)
            return Dp.DotProduct(sum, w, x);
        if (Ssse3.IsSupported)
        {
            // |w| · sign(w)x: 128 · 127 · 2 still fits 16 bits.
            var pairs = Ssse3.MultiplyAddAdjacent(Vector128.Abs(w).AsByte(), Ssse3.Sign(x, w));
            return sum + Sse2.MultiplyAddAdjacent(pairs, Vector128<short>.One);
        }

        var (wl, wh) = Vector128.Widen(w);
        var (xl, xh) = Vector128.Widen(x);
        return sum + PairSums(wl * xl, wh * xh);
    }

    /// <summary>Sums of four neighbours; a product is below 2¹⁵, so it is widened before it is added.</summary>
    static Vector128<int> PairSums(Vector128<short> low, Vector128<short> high)
    {
        var (a, b) = Vector128.Widen(low);
        var (c, d) = Vector128.Widen(high);
        return Vector128.Create(Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d));
    }
}

/// <summary>AVX2.</summary>
unsafe struct Dot256 : IDot
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(sbyte* weights, int stride, int vectors, sbyte* activations, int* sums)
    {
        Vector256<int> low = default, high = default;
        for (var j = 0; j < vectors; j++)
        {
            var x = Vector256.Create(*(int*)(activations + (4 * j))).AsSByte();
            Vector256<sbyte> w0 = Vector256.Load(weights + (j * stride)), w1 = Vector256.Load(weights + (j * stride) + 32);
            low += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Abs(w0), Avx2.Sign(x, w0)), Vector256<short>.One);
            high += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Abs(w1), Avx2.Sign(x, w1)), Vector256<short>.One);
        }

        low.Store(sums);
        high.Store(sums + 8);
    }
}

/// <summary>AVX-VNNI in its VEX form.</summary>
unsafe struct DotVnni256 : IDot
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(sbyte* weights, int stride, int vectors, sbyte* activations, int* sums)
    {
        Vector256<int> low = default, high = default;
        for (var j = 0; j < vectors; j++)
        {
            var x = Vector256.Create(*(int*)(activations + (4 * j))).AsSByte();
            Vector256<sbyte> w0 = Vector256.Load(weights + (j * stride)), w1 = Vector256.Load(weights + (j * stride) + 32);
            low = AvxVnni.MultiplyWideningAndAdd(low, Avx2.Abs(w0), Avx2.Sign(x, w0));
            high = AvxVnni.MultiplyWideningAndAdd(high, Avx2.Abs(w1), Avx2.Sign(x, w1));
        }

        low.Store(sums);
        high.Store(sums + 8);
    }
}

/// <summary>AVX-512BW.</summary>
unsafe struct Dot512 : IDot
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(sbyte* weights, int stride, int vectors, sbyte* activations, int* sums)
    {
        var sum = Vector512<int>.Zero;
        for (var j = 0; j < vectors; j++)
        {
            var x = Vector512.Create(*(int*)(activations + (4 * j))).AsSByte();
            var w = Vector512.Load(weights + (j * stride));
            var signed = Vector512.ConditionalSelect(Vector512.LessThan(w, Vector512<sbyte>.Zero), -x, x);
            sum += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(Avx512BW.Abs(w), signed), Vector512<short>.One);
        }

        sum.Store(sums);
    }
}
