using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hearth.Tensors.Kernels;

/// <summary>The sixteen lanes in two 256-bit vectors.</summary>
readonly unsafe struct Lanes256(Vector256<float> v0, Vector256<float> v1) : ILanes<Lanes256>
{
    readonly Vector256<float> _v0 = v0, _v1 = v1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Create(float value)
    {
        var v = Vector256.Create(value);
        return new(v, v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadHalf(ushort* source)
    {
        var (low, high) = Vector256.Widen(Vector256.Load(source));
        return new(HalfPrecision.ToSingle(low), HalfPrecision.ToSingle(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBrain(ushort* source)
    {
        var (low, high) = Vector256.Widen(Vector256.Load(source));
        return new((low << 16).AsSingle(), (high << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadInt32(int* source) => new(Vector256.ConvertToSingle(Vector256.Load(source)), Vector256.ConvertToSingle(Vector256.Load(source + 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target)
    {
        _v0.Store(target);
        _v1.Store(target + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreHalf(ushort* target) => Vector256.Narrow(HalfPrecision.FromSingle(_v0), HalfPrecision.FromSingle(_v1)).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int StoreRounded(sbyte* target)
    {
        var magic = Vector256.Create(ILanes<Lanes256>.RoundingMagicBits);
        var q0 = _v0.AsInt32() - magic;
        var q1 = _v1.AsInt32() - magic;
        var words = Vector256.Narrow(q0, q1);
        Vector128.Narrow(words.GetLower(), words.GetUpper()).Store(target);
        return Vector256.Sum(q0 + q1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._v0 + b._v0, a._v1 + b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._v0 - b._v0, a._v1 - b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._v0 * b._v0, a._v1 * b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._v0 / b._v0, a._v1 / b._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fma(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a._v0, b._v0, c._v0), Vector256.FusedMultiplyAdd(a._v1, b._v1, c._v1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._v0, b._v0), Vector256.MaxNative(a._v1, b._v1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._v0, b._v0), Vector256.MinNative(a._v1, b._v1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WhereAtLeast(Lanes256 a, Lanes256 b, Lanes256 value) => new(Vector256.GreaterThanOrEqual(a._v0, b._v0) & value._v0, Vector256.GreaterThanOrEqual(a._v1, b._v1) & value._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PowerOfTwo(Lanes256 rounded)
    {
        var one = Vector256.Create(127 << 23);
        return new(((rounded._v0.AsInt32() << 23) + one).AsSingle(), ((rounded._v1.AsInt32() << 23) + one).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SwapPairs(Lanes256 value)
    {
        var order = Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6);
        return new(Vector256.Shuffle(value._v0, order), Vector256.Shuffle(value._v1, order));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxMagnitudeBits(Lanes256 a, Lanes256 b)
    {
        var mask = Vector256.Create(0x7FFFFFFF);
        var m = Vector256.Max(a._v0.AsInt32() & mask, b._v0.AsInt32() & mask);
        m = Vector256.Max(m, Vector256.Max(a._v1.AsInt32() & mask, b._v1.AsInt32() & mask));
        return Reductions.Max(m);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float TreeSum(Lanes256 value) => Reductions.TreeSum(value._v0 + value._v1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxLane(Lanes256 value) => Reductions.Max(Vector256.MaxNative(value._v0, value._v1));
}
