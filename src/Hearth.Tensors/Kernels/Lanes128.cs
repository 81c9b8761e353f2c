using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hearth.Tensors.Kernels;

/// <summary>The sixteen lanes in four 128-bit vectors: SSE, Arm AdvSimd.</summary>
readonly unsafe struct Lanes128(Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3) : ILanes<Lanes128>
{
    readonly Vector128<float> _v0 = v0, _v1 = v1, _v2 = v2, _v3 = v3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value)
    {
        var v = Vector128.Create(value);
        return new(v, v, v, v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadHalf(ushort* source)
    {
        var (a, b) = Vector128.Widen(Vector128.Load(source));
        var (c, d) = Vector128.Widen(Vector128.Load(source + 8));
        return new(HalfPrecision.ToSingle(a), HalfPrecision.ToSingle(b), HalfPrecision.ToSingle(c), HalfPrecision.ToSingle(d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBrain(ushort* source)
    {
        var (a, b) = Vector128.Widen(Vector128.Load(source));
        var (c, d) = Vector128.Widen(Vector128.Load(source + 8));
        return new((a << 16).AsSingle(), (b << 16).AsSingle(), (c << 16).AsSingle(), (d << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadInt32(int* source) => new(Vector128.ConvertToSingle(Vector128.Load(source)), Vector128.ConvertToSingle(Vector128.Load(source + 4)), Vector128.ConvertToSingle(Vector128.Load(source + 8)), Vector128.ConvertToSingle(Vector128.Load(source + 12)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target)
    {
        _v0.Store(target);
        _v1.Store(target + 4);
        _v2.Store(target + 8);
        _v3.Store(target + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreHalf(ushort* target)
    {
        Vector128.Narrow(HalfPrecision.FromSingle(_v0), HalfPrecision.FromSingle(_v1)).Store(target);
        Vector128.Narrow(HalfPrecision.FromSingle(_v2), HalfPrecision.FromSingle(_v3)).Store(target + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int StoreRounded(sbyte* target)
    {
        var magic = Vector128.Create(ILanes<Lanes128>.RoundingMagicBits);
        var q0 = _v0.AsInt32() - magic;
        var q1 = _v1.AsInt32() - magic;
        var q2 = _v2.AsInt32() - magic;
        var q3 = _v3.AsInt32() - magic;
        Vector128.Narrow(Vector128.Narrow(q0, q1), Vector128.Narrow(q2, q3)).Store(target);
        return Vector128.Sum((q0 + q1) + (q2 + q3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._v0 + b._v0, a._v1 + b._v1, a._v2 + b._v2, a._v3 + b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._v0 - b._v0, a._v1 - b._v1, a._v2 - b._v2, a._v3 - b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._v0 * b._v0, a._v1 * b._v1, a._v2 * b._v2, a._v3 * b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._v0 / b._v0, a._v1 / b._v1, a._v2 / b._v2, a._v3 / b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fma(Lanes128 a, Lanes128 b, Lanes128 c) => new(
        Vector128.FusedMultiplyAdd(a._v0, b._v0, c._v0),
        Vector128.FusedMultiplyAdd(a._v1, b._v1, c._v1),
        Vector128.FusedMultiplyAdd(a._v2, b._v2, c._v2),
        Vector128.FusedMultiplyAdd(a._v3, b._v3, c._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(
        Vector128.MaxNative(a._v0, b._v0),
        Vector128.MaxNative(a._v1, b._v1),
        Vector128.MaxNative(a._v2, b._v2),
        Vector128.MaxNative(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(
        Vector128.MinNative(a._v0, b._v0),
        Vector128.MinNative(a._v1, b._v1),
        Vector128.MinNative(a._v2, b._v2),
        Vector128.MinNative(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereAtLeast(Lanes128 a, Lanes128 b, Lanes128 value) => new(
        Vector128.GreaterThanOrEqual(a._v0, b._v0) & value._v0,
        Vector128.GreaterThanOrEqual(a._v1, b._v1) & value._v1,
        Vector128.GreaterThanOrEqual(a._v2, b._v2) & value._v2,
        Vector128.GreaterThanOrEqual(a._v3, b._v3) & value._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 rounded)
    {
        var one = Vector128.Create(127 << 23);
        return new(((rounded._v0.AsInt32() << 23) + one).AsSingle(),
            ((rounded._v1.AsInt32() << 23) + one).AsSingle(),
            ((rounded._v2.AsInt32() << 23) + one).AsSingle(),
            ((rounded._v3.AsInt32() << 23) + one).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SwapPairs(Lanes128 value)
    {
        var order = Vector128.Create(1, 0, 3, 2);
        return new(Vector128.Shuffle(value._v0, order),
            Vector128.Shuffle(value._v1, order),
            Vector128.Shuffle(value._v2, order),
            Vector128.Shuffle(value._v3, order));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxMagnitudeBits(Lanes128 a, Lanes128 b)
    {
        var mask = Vector128.Create(0x7FFFFFFF);
        var m = Vector128.Max(a._v0.AsInt32() & mask, b._v0.AsInt32() & mask);
        m = Vector128.Max(m, Vector128.Max(a._v1.AsInt32() & mask, b._v1.AsInt32() & mask));
        m = Vector128.Max(m, Vector128.Max(a._v2.AsInt32() & mask, b._v2.AsInt32() & mask));
        m = Vector128.Max(m, Vector128.Max(a._v3.AsInt32() & mask, b._v3.AsInt32() & mask));
        return Reductions.Max(m);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float TreeSum(Lanes128 value) => Reductions.TreeSum((value._v0 + value._v2) + (value._v1 + value._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxLane(Lanes128 value) => Reductions.Max(
        Vector128.MaxNative(Vector128.MaxNative(value._v0, value._v1), Vector128.MaxNative(value._v2, value._v3)));
}
