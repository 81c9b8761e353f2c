using Iced.Intel;
using static Hearth.KernelGenerator.Registers;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>
/// Decode: packed weights × 1, 2 or 4 columns, read as one stream of units (codes, then scales). One accumulator chain a row and column, so that
/// the order is that of every other path (numeric profile, rule 3); consecutive blocks overlap in the processor.
/// </summary>
/// <remarks>
/// Argument: GemvArguments (weights, activations, output, output stride in bytes, groups, blocks, group stride in bytes, offset shift).
/// Activations, a block: columns × 32 s8 codes, then scales, negated sums of codes, products of scale and sum, as in <see cref="GemmKernel"/>.
/// </remarks>
static class GemvKernel
{
    const int PrefetchDistance = 4096;

    internal static void Emit(Assembler a, Codes codes, bool minimum, int columns)
    {
        int codeBytes = codes == Codes.N4 ? 256 : 512, unit = codeBytes + (minimum ? 64 : 32);
        int scalesAt = 32 * columns, sumsAt = scalesAt + (4 * columns), scaledSumsAt = sumsAt + (4 * columns), block = scaledSumsAt + (4 * columns);
        AssemblerRegisterZMM Float(int c) => Zmm(c);
        AssemblerRegisterZMM Integer(int c) => Zmm(4 + c);
        AssemblerRegisterZMM Code(int i) => Zmm(8 + (i & 7));
        AssemblerRegisterZMM scale = zmm16, minima = zmm17, product = zmm18, mask = zmm30;
        var shift = Xmm(31);

        a.mov(r8, __qword_ptr[rdi]);
        a.mov(rcx, __qword_ptr[rdi + 16]);
        a.mov(r10, __qword_ptr[rdi + 32]);
        a.vmovd(shift, __dword_ptr[rdi + 56]);
        if (codes == Codes.N4)
        {
            a.mov(eax, 0x0F0F0F0F);
            a.vpbroadcastd(mask, eax);
        }

        var group = a.CreateLabel();
        var inner = a.CreateLabel();
        a.Label(ref group);
        a.mov(rsi, r8);
        a.mov(r11, __qword_ptr[rdi + 8]);
        a.mov(rax, __qword_ptr[rdi + 40]);
        for (var c = 0; c < columns; c++)
            a.vpxord(Float(c), Float(c), Float(c));

        a.Label(ref inner);
        // The processor's own prefetching stops at page borders; weights are one long stream.
        for (var line = 0; line < unit; line += 64)
            a.prefetcht0(__byte_ptr[rsi + PrefetchDistance + line]);
        for (var c = 0; c < columns; c++)
        {
            a.vpbroadcastd(Integer(c), __dword_ptr[r11 + sumsAt + (4 * c)]);
            a.vpslld(Integer(c), Integer(c), shift);
        }

        void Multiply(AssemblerRegisterZMM code, int k)
        {
            for (var c = 0; c < columns; c++)
                a.vpdpbusd(Integer(c), code, __dword_bcst[r11 + (32 * c) + k]);
        }

        for (var j = 0; j < codeBytes / 64; j++)
        {
            if (codes == Codes.N4)
            {
                AssemblerRegisterZMM low = Code(2 * j), high = Code((2 * j) + 1);
                a.vmovdqu64(low, __zmmword_ptr[rsi + (64 * j)]);
                a.vpsrlw(high, low, 4);
                a.vpandd(low, low, mask);
                a.vpandd(high, high, mask);
                Multiply(low, 4 * j);
                Multiply(high, 16 + (4 * j));
            }
            else
            {
                a.vmovdqu64(Code(j), __zmmword_ptr[rsi + (64 * j)]);
                Multiply(Code(j), 4 * j);
            }
        }

        a.vcvtph2ps(scale, __ymmword_ptr[rsi + codeBytes]);
        if (minimum)
            a.vcvtph2ps(minima, __ymmword_ptr[rsi + codeBytes + 32]);
        for (var c = 0; c < columns; c++)
        {
            a.vcvtdq2ps(Integer(c), Integer(c));
            a.vmulps(product, scale, __dword_bcst[r11 + scalesAt + (4 * c)]);
            a.vfmadd231ps(Float(c), Integer(c), product);
            if (minimum)
                a.vfmadd231ps(Float(c), minima, __dword_bcst[r11 + scaledSumsAt + (4 * c)]);
        }

        a.add(rsi, unit);
        a.add(r11, block);
        a.dec(rax);
        a.jnz(inner);

        a.mov(rax, rcx);
        for (var c = 0; c < columns; c++)
        {
            a.vmovups(__zmmword_ptr[rax], Float(c));
            if (c + 1 < columns)
                a.add(rax, __qword_ptr[rdi + 24]);
        }

        a.add(rcx, 64);
        a.add(r8, __qword_ptr[rdi + 48]);
        a.dec(r10);
        a.jnz(group);
        a.vzeroupper();
        a.ret();
    }
}
