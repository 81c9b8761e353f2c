using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hearth.Tensors.Kernels;

/// <summary>The lower half of the summation tree, and maxima, for vectors of 8 and 4.</summary>
static class Reductions
{
    /// <summary>The tree 4, 2, 1 over eight numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float TreeSum(Vector256<float> v) => TreeSum(v.GetLower() + v.GetUpper());

    /// <summary>The tree 2, 1 over four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float TreeSum(Vector128<float> v)
    {
        var pairs = v + Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3));
        return pairs.GetElement(0) + pairs.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Max(Vector256<float> v) => Max(Vector128.MaxNative(v.GetLower(), v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Max(Vector128<float> v)
    {
        var pairs = Vector128.MaxNative(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3)));
        return Vector128.MaxNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 1, 1, 1))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Max(Vector256<int> v) => Max(Vector128.Max(v.GetLower(), v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Max(Vector128<int> v)
    {
        var pairs = Vector128.Max(v, Vector128.Shuffle(v, Vector128.Create(2, 3, 2, 3)));
        return Math.Max(pairs.GetElement(0), pairs.GetElement(1));
    }
}
