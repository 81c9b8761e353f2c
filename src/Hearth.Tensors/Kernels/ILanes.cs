namespace Hearth.Tensors.Kernels;

/// <summary>
/// Sixteen float32 numbers that are computed side by side: the virtual vector of the numeric profile. A machine with narrower vectors holds them in
/// several; every operation rounds each lane once, as IEEE 754 says, so all implementations give the same bits.
/// </summary>
unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>1.5 · 2²³: adding it rounds a number below 2²² to the nearest integer, ties to even, in the low bits.</summary>
    const float RoundingMagic = 12582912f;
    const int RoundingMagicBits = 0x4B400000;

    static abstract TSelf Load(float* source);

    static abstract TSelf Create(float value);

    /// <summary>Sixteen half-precision numbers; they must be finite.</summary>
    static abstract TSelf LoadHalf(ushort* source);

    /// <summary>Sixteen bfloat16 numbers.</summary>
    static abstract TSelf LoadBrain(ushort* source);

    /// <summary>Sixteen integers below 2²⁴ in magnitude, so that the conversion is exact.</summary>
    static abstract TSelf LoadInt32(int* source);

    void Store(float* target);

    /// <summary>Rounds to half precision, ties to even; magnitudes from 65,520 on become infinite.</summary>
    void StoreHalf(ushort* target);

    /// <summary>Stores the integers that <see cref="RoundingMagic"/> left in the low bits, as 16 signed bytes, and gives their sum.</summary>
    int StoreRounded(sbyte* target);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Lanes of <paramref name="value"/> where <paramref name="a"/> ≥ <paramref name="b"/>, else +0 (also where one is not a number).</summary>
    static abstract TSelf WhereAtLeast(TSelf a, TSelf b, TSelf value);

    /// <summary>2ⁿ for the integer n in the low bits that <see cref="RoundingMagic"/> left; −126 ≤ n ≤ 127.</summary>
    static abstract TSelf PowerOfTwo(TSelf rounded);

    /// <summary>Exchanges lanes 2i and 2i + 1.</summary>
    static abstract TSelf SwapPairs(TSelf value);

    /// <summary>The largest magnitude of both as bits; from 0x7F800000 on, some number was not finite.</summary>
    static abstract int MaxMagnitudeBits(TSelf a, TSelf b);

    /// <summary>Adds the lanes by the tree 8, 4, 2, 1: lane i and lane i + 8 first.</summary>
    static abstract float TreeSum(TSelf value);

    /// <summary>The largest lane; exact, so its order does not matter.</summary>
    static abstract float MaxLane(TSelf value);
}
