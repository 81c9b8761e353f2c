using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hearth.Tensors.Kernels;

/// <summary>The sixteen lanes in one 512-bit vector.</summary>
readonly unsafe struct Lanes512(Vector512<float> v0) : ILanes<Lanes512>
{
    readonly Vector512<float> _v0 = v0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadHalf(ushort* source)
    {
        var (low, high) = Vector256.Widen(Vector256.Load(source));
        return new(HalfPrecision.ToSingle(Vector512.Create(low, high)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBrain(ushort* source)
    {
        var (low, high) = Vector256.Widen(Vector256.Load(source));
        return new((Vector512.Create(low, high) << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadInt32(int* source) => new(Vector512.ConvertToSingle(Vector512.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => _v0.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreHalf(ushort* target)
    {
        var h = HalfPrecision.FromSingle(_v0);
        Vector256.Narrow(h.GetLower(), h.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int StoreRounded(sbyte* target)
    {
        var magic = Vector512.Create(ILanes<Lanes512>.RoundingMagicBits);
        var q0 = _v0.AsInt32() - magic;
        var words = Vector256.Narrow(q0.GetLower(), q0.GetUpper());
        Vector128.Narrow(words.GetLower(), words.GetUpper()).Store(target);
        return Vector512.Sum(q0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._v0 + b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._v0 - b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._v0 * b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._v0 / b._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fma(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._v0, b._v0, c._v0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._v0, b._v0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._v0, b._v0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WhereAtLeast(Lanes512 a, Lanes512 b, Lanes512 value) => new(Vector512.GreaterThanOrEqual(a._v0, b._v0) & value._v0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PowerOfTwo(Lanes512 rounded)
    {
        var one = Vector512.Create(127 << 23);
        return new(((rounded._v0.AsInt32() << 23) + one).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SwapPairs(Lanes512 value)
    {
        var order = Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
        return new(Vector512.Shuffle(value._v0, order));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxMagnitudeBits(Lanes512 a, Lanes512 b)
    {
        var mask = Vector512.Create(0x7FFFFFFF);
        var m = Vector512.Max(a._v0.AsInt32() & mask, b._v0.AsInt32() & mask);
        return Reductions.Max(Vector256.Max(m.GetLower(), m.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float TreeSum(Lanes512 value) => Reductions.TreeSum(value._v0.GetLower() + value._v0.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxLane(Lanes512 value) => Reductions.Max(Vector256.MaxNative(value._v0.GetLower(), value._v0.GetUpper()));
}
