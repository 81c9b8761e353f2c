using Iced.Intel;
using static Hearth.KernelGenerator.Registers;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>
/// Prefill: 32 rows of unpacked weights × 6 columns of activations. All 24 accumulators stay in registers; per 32 k and column there are 16
/// vpdpbusd, and the scales are applied by one multiplication and one fma a vector (numeric profile, rule 3).
/// </summary>
/// <remarks>
/// Argument: GemmArguments (weights, activations, output, output stride in bytes, blocks, accumulate, offset shift).
/// Weights, a block: 8 × 2 × 64 bytes of u8 codes (four k of 16 rows a vector), 2 × 64 bytes of scales, then 2 × 64 of minima where there are some.
/// Activations, a block: 6 × 32 s8 codes, 6 scales, 6 negated sums of codes (int32), 6 products of scale and sum.
/// A code's offset is 2^shift: the sum starts at −Σq · 2^shift, which a shift of 32 makes zero.
/// </remarks>
static class GemmKernel
{
    const int Rows = 2, Columns = 6, Block = 32;
    const int ScalesAt = Columns * Block, SumsAt = ScalesAt + (4 * Columns), ScaledSumsAt = SumsAt + (4 * Columns), ActivationBlock = ScaledSumsAt + (4 * Columns);
    const int WeightScalesAt = Rows * 64 * Block / 4, MinimaAt = WeightScalesAt + (Rows * 64);

    internal static void Emit(Assembler a, bool minimum)
    {
        AssemblerRegisterZMM Integer(int r, int c) => Zmm((c * Rows) + r);
        AssemblerRegisterZMM Float(int r, int c) => Zmm(12 + (c * Rows) + r);
        AssemblerRegisterZMM[] w = [zmm24, zmm25], x = [zmm26, zmm27], m = [zmm29, zmm30];
        var shift = Xmm(28);

        a.mov(rax, rdi);
        a.mov(rdi, __qword_ptr[rax]);
        a.mov(rsi, __qword_ptr[rax + 8]);
        a.mov(rdx, __qword_ptr[rax + 16]);
        a.mov(rcx, __qword_ptr[rax + 24]);
        a.mov(r8, __qword_ptr[rax + 32]);
        a.mov(r9, __qword_ptr[rax + 40]);
        a.vmovd(shift, __dword_ptr[rax + 48]);

        var fresh = a.CreateLabel();
        var start = a.CreateLabel();
        var loop = a.CreateLabel();
        a.test(r9, r9);
        a.jz(fresh);
        a.mov(rax, rdx);
        for (var c = 0; c < Columns; c++)
        {
            for (var r = 0; r < Rows; r++)
                a.vmovups(Float(r, c), __zmmword_ptr[rax + (64 * r)]);
            a.add(rax, rcx);
        }

        a.jmp(start);
        a.Label(ref fresh);
        for (var i = 0; i < Rows * Columns; i++)
            a.vpxord(Zmm(12 + i), Zmm(12 + i), Zmm(12 + i));
        a.Label(ref start);
        a.nop();

        a.Label(ref loop);
        for (var c = 0; c < Columns; c++)
        {
            a.vpbroadcastd(Integer(0, c), __dword_ptr[rsi + SumsAt + (4 * c)]);
            a.vpslld(Integer(0, c), Integer(0, c), shift);
            a.vmovdqa64(Integer(1, c), Integer(0, c));
        }

        for (var j = 0; j < Block / 4; j++)
        {
            for (var r = 0; r < Rows; r++)
                a.vmovdqu64(w[r], __zmmword_ptr[rdi + (j * Rows * 64) + (r * 64)]);
            for (var c = 0; c < Columns; c++)
            {
                a.vpbroadcastd(x[c & 1], __dword_ptr[rsi + (4 * j) + (Block * c)]);
                for (var r = 0; r < Rows; r++)
                    a.vpdpbusd(Integer(r, c), w[r], x[c & 1]);
            }
        }

        for (var r = 0; r < Rows; r++)
            a.vmovups(w[r], __zmmword_ptr[rdi + WeightScalesAt + (64 * r)]);
        for (var r = 0; minimum && r < Rows; r++)
            a.vmovups(m[r], __zmmword_ptr[rdi + MinimaAt + (64 * r)]);
        for (var c = 0; c < Columns; c++)
        {
            for (var r = 0; r < Rows; r++)
            {
                a.vcvtdq2ps(Integer(r, c), Integer(r, c));
                a.vmulps(x[r], w[r], __dword_bcst[rsi + ScalesAt + (4 * c)]);
                a.vfmadd231ps(Float(r, c), Integer(r, c), x[r]);
            }

            for (var r = 0; minimum && r < Rows; r++)
                a.vfmadd231ps(Float(r, c), m[r], __dword_bcst[rsi + ScaledSumsAt + (4 * c)]);
        }

        a.add(rdi, MinimaAt + (minimum ? Rows * 64 : 0));
        a.add(rsi, ActivationBlock);
        a.dec(r8);
        a.jnz(loop);

        for (var c = 0; c < Columns; c++)
        {
            for (var r = 0; r < Rows; r++)
                a.vmovups(__zmmword_ptr[rdx + (64 * r)], Float(r, c));
            a.add(rdx, rcx);
        }

        a.vzeroupper();
        a.ret();
    }
}
