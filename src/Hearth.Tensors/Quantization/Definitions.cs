using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hearth.Tensors.Quantization;

/// <summary>The definitions of the tensor types (ggml, <c>ggml-common.h</c>, <c>ggml-quants.c</c>). Every other path is held against them.</summary>
/// <remarks>Products of scales and codes are exact in float32 (at most 11 + 8 + 6 bits), so a weight is rounded only where a minimum is added.</remarks>
static partial class Definitions
{
    internal static void F32(ReadOnlySpan<byte> block, Span<float> weights) => weights[0] = BinaryPrimitives.ReadSingleLittleEndian(block);

    internal static void F16(ReadOnlySpan<byte> block, Span<float> weights) => weights[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block);

    internal static void BF16(ReadOnlySpan<byte> block, Span<float> weights)
        => weights[0] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(block) << 16);

    /// <remarks>
    /// 18 bytes hold 32 weights: a half-precision scale d, then 16 bytes of two 4-bit codes each.
    /// weight = d · (code − 8). The low codes are weights 0–15, the high codes are weights 16–31.
    /// </remarks>
    internal static void Q4_0(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var i = 0; i < 16; i++)
        {
            weights[i] = d * ((block[2 + i] & 15) - 8);
            weights[16 + i] = d * ((block[2 + i] >> 4) - 8);
        }
    }

    /// <remarks>
    /// 20 bytes hold 32 weights: half-precision scale d and minimum m, then 16 bytes of two 4-bit codes each.
    /// weight = d · code + m; the product is exact, so it is rounded once.
    /// </remarks>
    internal static void Q4_1(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        var m = (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]);
        for (var i = 0; i < 16; i++)
        {
            weights[i] = (d * (block[4 + i] & 15)) + m;
            weights[16 + i] = (d * (block[4 + i] >> 4)) + m;
        }
    }

    /// <remarks>34 bytes hold 32 weights: a half-precision scale d, then 32 signed bytes. weight = d · code.</remarks>
    internal static void Q8_0(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        var codes = MemoryMarshal.Cast<byte, sbyte>(block[2..]);
        for (var i = 0; i < 32; i++)
            weights[i] = d * codes[i];
    }

    /// <remarks>
    /// 22 bytes hold 32 weights: a half-precision scale d, 32 high bits (bit i is weight i's), then the low 4 bits as in <see cref="Q4_0"/>.
    /// weight = d · (code − 16).
    /// </remarks>
    internal static void Q5_0(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var i = 0; i < 32; i++)
            weights[i] = d * (FiveBits(block[2..], i) - 16);
    }

    /// <remarks>24 bytes hold 32 weights: half-precision scale d and minimum m, then codes as in <see cref="Q5_0"/>. weight = d · code + m.</remarks>
    internal static void Q5_1(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        var m = (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]);
        for (var i = 0; i < 32; i++)
            weights[i] = (d * FiveBits(block[4..], i)) + m;
    }

    /// <summary>Code i of 32: 4 bytes of fifth bits, then 16 bytes with the low 4 bits of codes i (low) and i + 16 (high).</summary>
    static int FiveBits(ReadOnlySpan<byte> codes, int i)
        => ((codes[4 + (i % 16)] >> (4 * (i / 16))) & 15) | (((codes[i / 8] >> (i % 8)) & 1) << 4);
}
