using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hearth.Tensors.Quantization;

/// <summary>The types whose blocks of 256 weights have a half-precision scale and small second-level scales: the K-quants.</summary>
static partial class Definitions
{
    /// <remarks>
    /// 84 bytes hold 256 weights: 16 bytes of scale (low 4 bits) and minimum (high) per 16 weights, 64 bytes of four 2-bit codes each, half-precision d, dmin.
    /// weight = (d · scale) · code − dmin · minimum.
    /// </remarks>
    internal static void Q2_K(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block[80..]);
        var dmin = (float)BinaryPrimitives.ReadHalfLittleEndian(block[82..]);
        for (var k = 0; k < 256; k++)
        {
            var scales = block[k / 16];
            weights[k] = (d * (scales & 15) * TwoBits(block[16..], k)) - (dmin * (scales >> 4));
        }
    }

    /// <remarks>
    /// 110 bytes hold 256 weights: 32 bytes whose bit k / 32 is the third bit of weight k's code, 64 bytes of four 2-bit codes each, 12 bytes of 16
    /// scales, half-precision d. weight = d · scale · (code − 4).
    /// </remarks>
    internal static void Q3_K(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block[108..]);
        for (var k = 0; k < 256; k++)
        {
            var code = TwoBits(block[32..], k) | (((block[k % 32] >> (k / 32)) & 1) << 2);
            weights[k] = d * SixBitScale(block[96..], k / 16) * (code - 4);
        }
    }

    /// <remarks>
    /// 144 bytes hold 256 weights: half-precision d, dmin, 12 bytes of 8 scales and minima, then 128 bytes of two 4-bit codes each: of 32 bytes, the low
    /// halves are 32 weights, the high ones the next 32. weight = (d · scale) · code − dmin · minimum.
    /// </remarks>
    internal static void Q4_K(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        var dmin = (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]);
        for (var k = 0; k < 256; k++)
        {
            var (scale, minimum) = ScaleAndMinimum(block[4..], k / 32);
            weights[k] = (d * scale * FourBits(block[16..], k)) - (dmin * minimum);
        }
    }

    /// <remarks>176 bytes hold 256 weights: as <see cref="Q4_K"/>, with 32 bytes before the codes whose bit k / 32 is the fifth bit of weight k's.</remarks>
    internal static void Q5_K(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        var dmin = (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]);
        for (var k = 0; k < 256; k++)
        {
            var (scale, minimum) = ScaleAndMinimum(block[4..], k / 32);
            var code = FourBits(block[48..], k) | (((block[16 + (k % 32)] >> (k / 32)) & 1) << 4);
            weights[k] = (d * scale * code) - (dmin * minimum);
        }
    }

    /// <remarks>
    /// 210 bytes hold 256 weights: 128 bytes with the low 4 bits of the codes, 64 with their high 2, 16 signed scales, half-precision d.
    /// Of each 128 weights, byte l of 64 holds weight l (low) and 64 + l (high). weight = d · scale · (code − 32).
    /// </remarks>
    internal static void Q6_K(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block[208..]);
        var scales = MemoryMarshal.Cast<byte, sbyte>(block[192..208]);
        for (var k = 0; k < 256; k++)
        {
            var low = (block[(64 * (k / 128)) + (k % 64)] >> (4 * (k / 64 % 2))) & 15;
            weights[k] = d * scales[k / 16] * ((low | (TwoBits(block[128..], k) << 4)) - 32);
        }
    }

    /// <summary>Scale i of 16, −32 to 31: low 4 bits in bytes 0 to 7, high 2 bits in bytes 8 to 11.</summary>
    internal static sbyte SixBitScale(ReadOnlySpan<byte> scales, int i)
        => (sbyte)((((scales[i % 8] >> (4 * (i / 8))) & 15) | (((scales[8 + (i % 4)] >> (2 * (i / 4))) & 3) << 4)) - 32);

    /// <summary>Scale and minimum i of 8, 6 bits each: 0 to 3 in bytes of their own, whose high 2 bits belong to 4 to 7.</summary>
    internal static (byte Scale, byte Minimum) ScaleAndMinimum(ReadOnlySpan<byte> scales, int i)
        => i < 4
            ? ((byte)(scales[i] & 63), (byte)(scales[i + 4] & 63))
            : ((byte)((scales[i + 4] & 15) | (scales[i - 4] >> 6 << 4)), (byte)((scales[i + 4] >> 4) | (scales[i] >> 6 << 4)));

    /// <summary>Of each 128 weights, byte l of 32 holds weights l, 32 + l, 64 + l and 96 + l from its low bits on.</summary>
    static int TwoBits(ReadOnlySpan<byte> codes, int k) => (codes[(32 * (k / 128)) + (k % 32)] >> (2 * (k / 32 % 4))) & 3;

    /// <summary>Of each 64 weights, byte l of 32 holds weights l (low) and 32 + l (high).</summary>
    static int FourBits(ReadOnlySpan<byte> codes, int k) => (codes[(32 * (k / 64)) + (k % 32)] >> (4 * (k / 32 % 2))) & 15;
}
