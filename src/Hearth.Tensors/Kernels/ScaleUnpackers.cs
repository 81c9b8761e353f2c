using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels;

/// <summary>Packed scales and minima to float32, exactly: 11 bits of a half times at most 8 of a byte.</summary>
static unsafe class ScaleUnpackers
{
    /// <param name="record">A record of the layout (<see cref="ScaleShape"/>).</param>
    /// <param name="target">Takes the scales of each block, then its minima, 16 numbers each.</param>
    /// <param name="stride">Bytes from one of these vectors to the next.</param>
    /// <param name="step">Bytes from block to block of the target.</param>
    internal delegate void Unpacker(byte* record, byte* target, int stride, int step);

    static readonly Dictionary<ScaleLayout, Unpacker> Table = new()
    {
        [ScaleLayout.Half] = (record, target, _, _) => Half(record).Store((float*)target),
        [ScaleLayout.HalfMinimum] = HalfMinimum,
        [ScaleLayout.Exponent] = Exponent,
        [ScaleLayout.Super] = (record, target, stride, step) => Super(record, 1, target, stride, step),
        [ScaleLayout.SuperMinimum] = SuperMinimum,
        [ScaleLayout.Super16] = (record, target, stride, step) => Super(record, 2, target, stride, step),
        [ScaleLayout.SuperMinimum16] = SuperMinimum16,
    };

    internal static Unpacker For(ScaleLayout layout) => Table[layout];

    static void HalfMinimum(byte* record, byte* target, int stride, int step)
    {
        Half(record).Store((float*)target);
        Half(record + 32).Store((float*)(target + stride));
    }

    static void Exponent(byte* record, byte* target, int stride, int step)
    {
        // 2⁻¹²⁸ and 2⁻¹²⁷ are subnormal numbers of float32.
        var e = Integers(Vector128.Load(record));
        var subnormal = (e + Vector512<int>.One) << 21;
        Vector512.ConditionalSelect(Vector512.LessThan(e, Vector512.Create(2)), subnormal, (e - Vector512<int>.One) << 23).Store((int*)target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Super(byte* record, int terms, byte* target, int stride, int step)
    {
        var d = Half(record);
        record += 32;
        for (var b = 0; b < 8; b++, target += step)
        {
            for (var t = 0; t < terms; t++, record += 16)
                (d * Vector512.ConvertToSingle(Integers(Vector128.Load((sbyte*)record)))).Store((float*)(target + (t * stride)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SuperMinimum(byte* record, byte* target, int stride, int step)
    {
        Vector512<float> d = Half(record), minimum = Half(record + 32);
        record += 64;
        for (var b = 0; b < 8; b++, record += 32, target += step)
        {
            (d * Vector512.ConvertToSingle(Integers(Vector128.Load(record)))).Store((float*)target);
            (minimum * Vector512.ConvertToSingle(Integers(Vector128.Load(record + 16)))).Store((float*)(target + stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SuperMinimum16(byte* record, byte* target, int stride, int step)
    {
        Vector512<float> d = Half(record), minimum = Half(record + 32);
        record += 64;
        for (var b = 0; b < 8; b++, target += step)
        {
            for (var t = 0; t < 2; t++, record += 16)
            {
                var both = Vector128.Load(record);
                (d * Vector512.ConvertToSingle(Integers(both & Vector128.Create((byte)15)))).Store((float*)(target + (t * stride)));
                (minimum * Vector512.ConvertToSingle(Integers(both >> 4))).Store((float*)(target + ((2 + t) * stride)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Half(byte* halves)
    {
        var (low, high) = Vector256.Widen(Vector256.Load((ushort*)halves));
        return HalfPrecision.ToSingle(Vector512.Create(low, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Integers(Vector128<byte> bytes)
    {
        var (low, high) = Vector256.Widen(Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)));
        return Vector512.Create(low, high).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> Integers(Vector128<sbyte> bytes)
    {
        var (low, high) = Vector256.Widen(Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)));
        return Vector512.Create(low, high);
    }
}
