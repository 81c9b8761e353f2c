using Iced.Intel;
using static Hearth.KernelGenerator.Registers;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>
/// Decode: packed weights × 1, 2 or 4 columns, read as one stream of units (scales, then codes). Composed of a <see cref="CodeSource"/>, a
/// <see cref="ScaleSource"/> and a number of columns. One accumulator chain a row and column, so that the order is that of every other path (numeric
/// profile, rule 3); consecutive blocks overlap in the processor.
/// </summary>
/// <remarks>
/// Argument: GemvArguments (weights, activations, output, output stride in bytes, groups, units, group stride in bytes, offset shift, table, halves).
/// A code's offset is 2^shift, as in <see cref="GemmKernel"/>.
/// </remarks>
static class GemvKernel
{
    /// <summary>Bytes ahead: the processor's own prefetching stops at page borders, but weights are one long stream.</summary>
    const int PrefetchDistance = 4096;

    internal static void Emit(Assembler a, Codes codes, Scales scales, int columns)
    {
        var shape = Shape.Of(codes, scales);
        var (codeSource, scaleSource) = (new CodeSource(a, codes, shape), new ScaleSource(a, scales, shape));
        AssemblerRegisterZMM Float(int c) => Zmm(c);
        AssemblerRegisterZMM Integer(int c, int term) => Zmm(4 + (2 * c) + term);
        var (product, shift) = (zmm22, Xmm(31));
        var activations = new ActivationBlock(columns, shape.Terms, r11, r10);

        a.mov(r8, __qword_ptr[rdi]);
        a.mov(rcx, __qword_ptr[rdi + 16]);
        a.vmovd(shift, __dword_ptr[rdi + 56]);
        codeSource.Prepare();
        scaleSource.Prepare();

        var group = a.CreateLabel();
        var unit = a.CreateLabel();
        var block = a.CreateLabel();
        a.Label(ref group);
        a.mov(rsi, r8);
        a.mov(r11, __qword_ptr[rdi + 8]);
        a.mov(r10, __qword_ptr[rdi + 72]);
        a.mov(rax, __qword_ptr[rdi + 40]);
        for (var c = 0; c < columns; c++)
            a.vpxord(Float(c), Float(c), Float(c));

        a.Label(ref unit);
        Prefetch(shape.RecordBytes);
        a.mov(rdx, rsi);
        a.add(rsi, shape.RecordBytes);
        if (shape.Blocks > 1)
        {
            scaleSource.BeginRecord();
            a.mov(r9d, shape.Blocks);
            a.Label(ref block);
        }

        Prefetch(shape.CodeBytes);
        for (var c = 0; c < columns; c++)
        {
            for (var t = 0; t < shape.Terms; t++)
            {
                a.vpbroadcastd(Integer(c, t), __dword_ptr[activations.NegatedSum(t, c)]);
                a.vpslld(Integer(c, t), Integer(c, t), shift);
            }
        }

        codeSource.Emit((code, quad) =>
        {
            for (var c = 0; c < columns; c++)
                a.vpdpbusd(Integer(c, quad * shape.Terms / 8), code, __dword_bcst[activations.Code(c, 4 * quad)]);
        });

        for (var t = 0; t < shape.Terms; t++)
        {
            scaleSource.EmitTerm(t);
            for (var c = 0; c < columns; c++)
            {
                a.vcvtdq2ps(Integer(c, t), Integer(c, t));
                a.vmulps(product, scaleSource.Scale, __dword_bcst[activations.Scale(c)]);
                a.vfmadd231ps(Float(c), Integer(c, t), product);
                if (shape.Minimum)
                    a.vfmadd231ps(Float(c), scaleSource.Minimum, __dword_bcst[activations.Product(t, c)]);
            }
        }

        a.add(rsi, shape.CodeBytes);
        activations.Advance(a);
        if (shape.Blocks > 1)
        {
            a.add(rdx, 16 * shape.Bytes);
            a.dec(r9d);
            a.jnz(block);
        }

        a.dec(rax);
        a.jnz(unit);

        a.mov(rax, rcx);
        for (var c = 0; c < columns; c++)
        {
            a.vmovups(__zmmword_ptr[rax], Float(c));
            if (c + 1 < columns)
                a.add(rax, __qword_ptr[rdi + 24]);
        }

        a.add(rcx, 64);
        a.add(r8, __qword_ptr[rdi + 48]);
        a.dec(__qword_ptr[rdi + 32]);
        a.jnz(group);
        a.vzeroupper();
        a.ret();

        void Prefetch(int bytes)
        {
            for (var line = 0; line < bytes; line += 64)
                a.prefetcht0(__byte_ptr[rsi + PrefetchDistance + line]);
        }
    }
}
