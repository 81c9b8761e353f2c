using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Hearth.Tensors.Quantization;

/// <summary>
/// Takes blocks of files apart into unsigned codes in the order of k and the scales as the layouts keep them, many codes at a time: loading a model
/// goes through here. What the bits mean is said at <see cref="Definitions"/>; a test holds both against each other.
/// </summary>
static unsafe class BlockReaders
{
    const ushort HalfSign = 0x8000;

    internal static void Q4_0(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        halves[0] = Half(block);
        Nibbles(block + 2, codes);
    }

    internal static void Q4_1(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        (halves[0], halves[1]) = (Half(block), Half(block + 2));
        Nibbles(block + 4, codes);
    }

    internal static void Q5_0(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        halves[0] = Half(block);
        Nibbles(block + 6, codes);
        FifthBits(block + 2, codes);
    }

    internal static void Q5_1(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        (halves[0], halves[1]) = (Half(block), Half(block + 2));
        Nibbles(block + 8, codes);
        FifthBits(block + 4, codes);
    }

    internal static void Q8_0(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        halves[0] = Half(block);
        (Vector256.Load(block + 2) ^ Vector256.Create((byte)0x80)).Store(codes);
    }

    internal static void Q2_K(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        (halves[0], halves[1]) = (Half(block + 80), (ushort)(Half(block + 82) ^ HalfSign));
        Vector128.Load(block).Store(bytes);
        for (var b = 0; b < 8; b++)
            Field(block + 16 + (32 * (b / 4)), 2 * (b % 4), 2).Store(codes + (32 * b));
    }

    internal static void Q3_K(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        halves[0] = Half(block + 108);
        for (var i = 0; i < 16; i++)
            bytes[i] = (byte)Definitions.SixBitScale(new(block + 96, 12), i);
        for (var b = 0; b < 8; b++)
            (Field(block + 32 + (32 * (b / 4)), 2 * (b % 4), 2) | (Field(block, b, 1) << 2)).Store(codes + (32 * b));
    }

    internal static void Q4_K(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        SuperScales(block, halves, bytes);
        for (var b = 0; b < 8; b++)
            Field(block + 16 + (32 * (b / 2)), 4 * (b % 2), 4).Store(codes + (32 * b));
    }

    internal static void Q5_K(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        SuperScales(block, halves, bytes);
        for (var b = 0; b < 8; b++)
            (Field(block + 48 + (32 * (b / 2)), 4 * (b % 2), 4) | (Field(block + 16, b, 1) << 4)).Store(codes + (32 * b));
    }

    internal static void Q6_K(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        halves[0] = Half(block + 208);
        Vector128.Load(block + 192).Store(bytes);
        for (var b = 0; b < 8; b++)
        {
            var (half, quarter) = (b / 4, b % 4);
            var low = Field(block + (64 * half) + (32 * (quarter % 2)), 4 * (quarter / 2), 4);
            (low | (Field(block + 128 + (32 * half), 2 * quarter, 2) << 4)).Store(codes + (32 * b));
        }
    }

    internal static void IQ4_XS(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        halves[0] = Half(block);
        for (var b = 0; b < 8; b++)
        {
            bytes[b] = (byte)Definitions.SplitScale(new(block, 8), b);
            Nibbles(block + 8 + (16 * b), codes + (32 * b));
        }
    }

    internal static void MXFP4(byte* block, byte* codes, ushort* halves, byte* bytes)
    {
        bytes[0] = block[0] != byte.MaxValue ? block[0] : throw WeightMatrix.NotFinite();
        Nibbles(block + 1, codes);
    }

    /// <summary>Scales and minima of 6 bits: 8 pairs.</summary>
    static void SuperScales(byte* block, ushort* halves, byte* bytes)
    {
        (halves[0], halves[1]) = (Half(block), (ushort)(Half(block + 2) ^ HalfSign));
        for (var b = 0; b < 8; b++)
            (bytes[2 * b], bytes[(2 * b) + 1]) = Definitions.ScaleAndMinimum(new(block + 4, 12), b);
    }

    static ushort Half(byte* at) => BinaryPrimitives.ReadUInt16LittleEndian(new(at, 2));

    /// <summary>16 bytes to 32 codes: first the low halves, then the high ones.</summary>
    static void Nibbles(byte* packed, byte* codes)
    {
        var v = Vector128.Load(packed);
        (v & Vector128.Create((byte)15)).Store(codes);
        (v >> 4).Store(codes + 16);
    }

    /// <summary>So many bits of each of 32 bytes.</summary>
    static Vector256<byte> Field(byte* packed, int shift, int bits) => (Vector256.Load(packed) >> shift) & Vector256.Create((byte)((1 << bits) - 1));

    /// <summary>Bit i of 32 is the fifth bit of code i.</summary>
    static void FifthBits(byte* packed, byte* codes)
    {
        for (var i = 0; i < 4; i++)
        {
            // Byte n keeps bit n only; the addition carries it into the byte's highest bit, whence it goes to the fifth.
            var spread = (packed[i] * 0x0101010101010101UL) & 0x8040201008040201UL;
            *(ulong*)(codes + (8 * i)) |= ((spread + 0x00406070787C7E7FUL) & 0x8080808080808080UL) >> 3;
        }
    }
}
