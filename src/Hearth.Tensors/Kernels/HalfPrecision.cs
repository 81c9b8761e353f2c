using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hearth.Tensors.Kernels;

/// <summary>Half precision (IEEE 754 binary16) to and from single precision with integer operations: .NET has no vector conversion.</summary>
/// <remarks>
/// To single: the 15 bits of exponent and fraction, shifted to their place, are the number times 2⁻¹¹²; one exact multiplication mends the
/// exponent, subnormal numbers included. Infinities would come out as 65,536: stored numbers are checked to be finite.
/// From single: magnitudes from 2⁻¹⁴ on are rounded by adding half a unit (less one for an even fraction) and cut; smaller ones are rounded by an
/// addition of ½, whose last place is a subnormal half's. Both round ties to even. What rounds to 65,536 or more becomes infinite.
/// </remarks>
static class HalfPrecision
{
    const float TwoTo112 = 5.192296858534828e33f;
    const int SmallestNormal = 113 << 23, InfinityFrom = 143 << 23, HalfInfinity = 0x7C00, OneHalf = 0x3F000000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> ToSingle(Vector512<uint> half)
    {
        var magnitude = ((half & Vector512.Create(0x7FFFu)) << 13).AsSingle() * Vector512.Create(TwoTo112);
        return (magnitude.AsUInt32() | ((half & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> ToSingle(Vector256<uint> half)
    {
        var magnitude = ((half & Vector256.Create(0x7FFFu)) << 13).AsSingle() * Vector256.Create(TwoTo112);
        return (magnitude.AsUInt32() | ((half & Vector256.Create(0x8000u)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> ToSingle(Vector128<uint> half)
    {
        var magnitude = ((half & Vector128.Create(0x7FFFu)) << 13).AsSingle() * Vector128.Create(TwoTo112);
        return (magnitude.AsUInt32() | ((half & Vector128.Create(0x8000u)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> FromSingle(Vector512<float> value)
    {
        var bits = value.AsInt32() & Vector512.Create(0x7FFFFFFF);
        var odd = (bits >>> 13) & Vector512<int>.One;
        var normal = (bits + Vector512.Create(0xFFF - (112 << 23)) + odd) >>> 13;
        var subnormal = (bits.AsSingle() + Vector512.Create(0.5f)).AsInt32() - Vector512.Create(OneHalf);
        var half = Vector512.ConditionalSelect(Vector512.LessThan(bits, Vector512.Create(SmallestNormal)), subnormal, normal);
        half = Vector512.ConditionalSelect(Vector512.LessThan(bits, Vector512.Create(InfinityFrom)), half, Vector512.Create(HalfInfinity));
        return (half | ((value.AsInt32() >>> 16) & Vector512.Create(0x8000))).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<uint> FromSingle(Vector256<float> value)
    {
        var bits = value.AsInt32() & Vector256.Create(0x7FFFFFFF);
        var odd = (bits >>> 13) & Vector256<int>.One;
        var normal = (bits + Vector256.Create(0xFFF - (112 << 23)) + odd) >>> 13;
        var subnormal = (bits.AsSingle() + Vector256.Create(0.5f)).AsInt32() - Vector256.Create(OneHalf);
        var half = Vector256.ConditionalSelect(Vector256.LessThan(bits, Vector256.Create(SmallestNormal)), subnormal, normal);
        half = Vector256.ConditionalSelect(Vector256.LessThan(bits, Vector256.Create(InfinityFrom)), half, Vector256.Create(HalfInfinity));
        return (half | ((value.AsInt32() >>> 16) & Vector256.Create(0x8000))).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<uint> FromSingle(Vector128<float> value)
    {
        var bits = value.AsInt32() & Vector128.Create(0x7FFFFFFF);
        var odd = (bits >>> 13) & Vector128<int>.One;
        var normal = (bits + Vector128.Create(0xFFF - (112 << 23)) + odd) >>> 13;
        var subnormal = (bits.AsSingle() + Vector128.Create(0.5f)).AsInt32() - Vector128.Create(OneHalf);
        var half = Vector128.ConditionalSelect(Vector128.LessThan(bits, Vector128.Create(SmallestNormal)), subnormal, normal);
        half = Vector128.ConditionalSelect(Vector128.LessThan(bits, Vector128.Create(InfinityFrom)), half, Vector128.Create(HalfInfinity));
        return (half | ((value.AsInt32() >>> 16) & Vector128.Create(0x8000))).AsUInt32();
    }
}
