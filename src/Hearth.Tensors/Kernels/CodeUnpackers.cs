using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels;

/// <summary>Packed codes to whole bytes: one unpacker, compiled for each layout.</summary>
static unsafe class CodeUnpackers
{
    /// <param name="codes">Packed blocks.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="table">16 bytes that the codes index, in layouts with a table.</param>
    /// <param name="offset">Is taken off every code.</param>
    /// <param name="target">Takes 8 vectors of 64 bytes a block.</param>
    /// <param name="stride">Bytes from one of them to the next.</param>
    /// <param name="step">Bytes from block to block of the target.</param>
    internal delegate void Unpacker(byte* codes, int blocks, byte* table, byte offset, byte* target, int stride, int step);

    static readonly Dictionary<CodeLayout, Unpacker> Table = new()
    {
        [CodeLayout.N4] = Unpack<N4>,
        [CodeLayout.N4Table] = Unpack<N4Table>,
        [CodeLayout.N4Plus1] = Unpack<N4Plus1>,
        [CodeLayout.N4Plus2] = Unpack<N4Plus2>,
        [CodeLayout.B8] = Unpack<B8>,
        [CodeLayout.N2] = Unpack<N2>,
        [CodeLayout.N2Plus1] = Unpack<N2Plus1>,
    };

    /// <summary>What the compiler must know of a layout to make the shifts constant.</summary>
    interface ILayout
    {
        static abstract CodeBits Bits { get; }

        static virtual bool HasTable => false;
    }

    internal static Unpacker For(CodeLayout layout) => Table[layout];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Unpack<TLayout>(byte* codes, int blocks, byte* table, byte offset, byte* target, int stride, int step)
        where TLayout : struct, ILayout
    {
        var (low, high) = TLayout.Bits;
        var zero = Vector512.Create(offset);
        var numbers = TLayout.HasTable ? Vector128.Load(table) : default;
        for (var b = 0; b < blocks; b++, codes += TLayout.Bits.Bytes, target += step)
        {
            for (var quad = 0; quad < 8; quad++)
            {
                var code = Field(codes, low, quad);
                if (high > 0)
                    code |= (Field(codes + (64 * low), high, quad).AsUInt16() << low).AsByte();
                if (TLayout.HasTable)
                    code = Look(numbers, code);
                (code - zero).Store(target + (quad * stride));
            }
        }
    }

    /// <summary>So many bits of every byte: a shift over pairs of bytes brings in foreign bits only where the mask takes them out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> Field(byte* vectors, int bits, int quad)
        => (Vector512.Load(vectors + (64 * (quad % bits))).AsUInt16() >> (bits * (quad / bits))).AsByte() & Vector512.Create((byte)((1 << bits) - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> Look(Vector128<byte> table, Vector512<byte> codes)
    {
        Vector256<byte> low = codes.GetLower(), high = codes.GetUpper();
        return Vector512.Create(
            Vector256.Create(Vector128.Shuffle(table, low.GetLower()), Vector128.Shuffle(table, low.GetUpper())),
            Vector256.Create(Vector128.Shuffle(table, high.GetLower()), Vector128.Shuffle(table, high.GetUpper())));
    }

    readonly struct N4 : ILayout
    {
        public static CodeBits Bits => new(4, 0);
    }

    readonly struct N4Table : ILayout
    {
        public static CodeBits Bits => new(4, 0);

        public static bool HasTable => true;
    }

    readonly struct N4Plus1 : ILayout
    {
        public static CodeBits Bits => new(4, 1);
    }

    readonly struct N4Plus2 : ILayout
    {
        public static CodeBits Bits => new(4, 2);
    }

    readonly struct B8 : ILayout
    {
        public static CodeBits Bits => new(8, 0);
    }

    readonly struct N2 : ILayout
    {
        public static CodeBits Bits => new(2, 0);
    }

    readonly struct N2Plus1 : ILayout
    {
        public static CodeBits Bits => new(2, 1);
    }
}
