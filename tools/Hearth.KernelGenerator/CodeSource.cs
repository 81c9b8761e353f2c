using Iced.Intel;
using static Hearth.KernelGenerator.Registers;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>Decode's way from packed codes to whole unsigned bytes: shift, mask, add the high bits by one vpternlogd, look up by one vpshufb.</summary>
/// <remarks>rsi points to the block's codes; rdi + <see cref="TableAt"/> holds a pointer to the table. Uses registers 12 to 19 and 25 to 30.</remarks>
sealed class CodeSource(Assembler a, Codes codes, Shape shape)
{
    /// <summary>Where the arguments have the table.</summary>
    internal const int TableAt = 64;

    /// <summary>A | (B &amp; C).</summary>
    const byte AddMasked = 0xF8;

    readonly AssemblerRegisterZMM _shifted = zmm27, _table = zmm28, _highMask = zmm29, _mask = zmm30;
    int _next;

    /// <summary>Loads what stays the same. Uses rax.</summary>
    internal void Prepare()
    {
        if (shape.Low < 8)
            a.Broadcast(_mask, Bytes((1u << shape.Low) - 1));
        if (shape.High > 0)
            a.Broadcast(_highMask, Bytes(((1u << shape.High) - 1) << shape.Low));
        if (codes == Codes.N4Table)
        {
            a.mov(rax, __qword_ptr[rdi + TableAt]);
            a.vbroadcasti32x4(_table, __xmmword_ptr[rax]);
        }
    }

    /// <summary>Gives every quad of the block (k 4j to 4j + 3), not in order.</summary>
    internal void Emit(Action<AssemblerRegisterZMM, int> use)
    {
        for (var h = 0; h < shape.High; h++)
            a.vmovdqu64(High(h), __zmmword_ptr[rsi + (64 * (shape.Low + h))]);
        for (var vector = 0; vector < shape.Low; vector++)
        {
            // The lowest field comes last, since it overwrites the vector.
            var packed = Next();
            a.vmovdqu64(packed, __zmmword_ptr[rsi + (64 * vector)]);
            for (var quad = vector + 8 - shape.Low; quad >= vector; quad -= shape.Low)
            {
                var code = quad == vector ? packed : Next();
                if (quad != vector)
                    a.vpsrlw(code, packed, (byte)(quad - vector));
                if (shape.Low < 8)
                    a.vpandd(code, code, _mask);
                AddHighBits(code, quad);
                if (codes == Codes.N4Table)
                    a.vpshufb(code, _table, code);
                use(code, quad);
            }
        }
    }

    void AddHighBits(AssemblerRegisterZMM code, int quad)
    {
        if (shape.High == 0)
            return;
        var from = High(quad % shape.High);
        var shift = shape.Low - (quad / shape.High * shape.High);
        if (shift > 0)
            a.vpsllw(_shifted, from, (byte)shift);
        else if (shift < 0)
            a.vpsrlw(_shifted, from, (byte)-shift);
        a.vpternlogd(code, shift == 0 ? from : _shifted, _highMask, AddMasked);
    }

    AssemblerRegisterZMM Next() => Zmm(12 + (_next++ & 7));

    static AssemblerRegisterZMM High(int vector) => Zmm(25 + vector);

    static uint Bytes(uint value) => value * 0x01010101;
}
