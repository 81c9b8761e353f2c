using System.Buffers.Binary;

namespace Hearth.Tensors.Quantization;

/// <summary>The types whose 4-bit codes index a table of 16 numbers.</summary>
static partial class Definitions
{
    /// <summary>What the codes of IQ4_NL and IQ4_XS mean.</summary>
    internal static readonly sbyte[] NonLinear4 = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>What the codes of MXFP4 mean, doubled (E2M1 of the OCP Microscaling specification); −0 is read as 0.</summary>
    internal static readonly sbyte[] DoubledE2M1 = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <remarks>18 bytes hold 32 weights, as in <see cref="Q4_0"/>. weight = d · table[code].</remarks>
    internal static void IQ4_NL(ReadOnlySpan<byte> block, Span<float> weights)
        => Look(block[2..], NonLinear4, (float)BinaryPrimitives.ReadHalfLittleEndian(block), weights);

    /// <remarks>
    /// 136 bytes hold 256 weights: half-precision d, 2 bytes with the high 2 bits of 8 scales, 4 bytes with their low 4 bits, then 8 times 16 bytes of codes.
    /// weight = d · scale · table[code].
    /// </remarks>
    internal static void IQ4_XS(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var b = 0; b < 8; b++)
            Look(block[(8 + (16 * b))..], NonLinear4, d * SplitScale(block, b), weights[(32 * b)..]);
    }

    /// <remarks>
    /// 17 bytes hold 32 weights: an exponent e, then codes as in <see cref="Q4_0"/>. weight = 2^(e − 128) · doubled[code]; e = 255 is not a number.
    /// </remarks>
    internal static void MXFP4(ReadOnlySpan<byte> block, Span<float> weights)
        => Look(block[1..], DoubledE2M1, block[0] == byte.MaxValue ? float.NaN : MathF.ScaleB(1, block[0] - 128), weights);

    /// <summary>Scale i of 8 in a block of IQ4_XS, −32 to 31.</summary>
    internal static sbyte SplitScale(ReadOnlySpan<byte> block, int i)
        => (sbyte)((((block[4 + (i / 2)] >> (4 * (i % 2))) & 15) | (((BinaryPrimitives.ReadUInt16LittleEndian(block[2..]) >> (2 * i)) & 3) << 4)) - 32);

    static void Look(ReadOnlySpan<byte> codes, sbyte[] table, float scale, Span<float> weights)
    {
        for (var i = 0; i < 16; i++)
        {
            weights[i] = scale * table[codes[i] & 15];
            weights[16 + i] = scale * table[codes[i] >> 4];
        }
    }
}
