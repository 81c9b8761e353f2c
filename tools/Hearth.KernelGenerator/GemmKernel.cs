using Iced.Intel;
using static Hearth.KernelGenerator.Registers;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>
/// Prefill: 32 rows of unpacked weights × 6 columns of activations. All 24 accumulators stay in registers; per 32 k and column there are 16
/// vpdpbusd, and the scales are applied by one multiplication and one fma a vector and term (numeric profile, rule 3).
/// </summary>
/// <remarks>
/// Argument: GemmArguments (weights, activations, output, output stride in bytes, blocks, accumulate, offset shift, halves).
/// Weights, a block: 8 × 2 × 64 bytes of u8 codes (four k of 16 rows a vector), for every term (32 k, or 16) 2 × 64 bytes of scales, then 2 × 64 of
/// minima where there are some. Activations: <see cref="ActivationBlock"/>.
/// A code's offset is 2^shift: the sum starts at −Σq · 2^shift, which a shift of 32 makes zero.
/// </remarks>
static class GemmKernel
{
    const int Rows = 2, Columns = 6, Quads = 8, Vectors = Rows * 64;

    internal static void Emit(Assembler a, int terms, bool minimum)
    {
        AssemblerRegisterZMM Integer(int r, int c) => Zmm((c * Rows) + r);
        AssemblerRegisterZMM Float(int r, int c) => Zmm(12 + (c * Rows) + r);
        AssemblerRegisterZMM[] w = [zmm24, zmm25], x = [zmm26, zmm27], m = [zmm29, zmm30];
        var shift = Xmm(28);
        var activations = new ActivationBlock(Columns, terms, rsi, r10);

        a.mov(rax, rdi);
        a.mov(rdi, __qword_ptr[rax]);
        a.mov(rsi, __qword_ptr[rax + 8]);
        a.mov(rdx, __qword_ptr[rax + 16]);
        a.mov(rcx, __qword_ptr[rax + 24]);
        a.mov(r8, __qword_ptr[rax + 32]);
        a.mov(r9, __qword_ptr[rax + 40]);
        a.vmovd(shift, __dword_ptr[rax + 48]);
        a.mov(r10, __qword_ptr[rax + 56]);

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
        for (var t = 0; t < terms; t++)
            EmitTerm(t);
        a.add(rdi, (Quads + (terms * (minimum ? 2 : 1))) * Vectors);
        activations.Advance(a);
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

        void EmitTerm(int t)
        {
            for (var c = 0; c < Columns; c++)
            {
                a.vpbroadcastd(Integer(0, c), __dword_ptr[activations.NegatedSum(t, c)]);
                a.vpslld(Integer(0, c), Integer(0, c), shift);
                a.vmovdqa64(Integer(1, c), Integer(0, c));
            }

            for (var j = t * Quads / terms; j < (t + 1) * Quads / terms; j++)
            {
                for (var r = 0; r < Rows; r++)
                    a.vmovdqu64(w[r], __zmmword_ptr[rdi + (j * Vectors) + (r * 64)]);
                for (var c = 0; c < Columns; c++)
                {
                    a.vpbroadcastd(x[c & 1], __dword_ptr[activations.Code(c, 4 * j)]);
                    for (var r = 0; r < Rows; r++)
                        a.vpdpbusd(Integer(r, c), w[r], x[c & 1]);
                }
            }

            for (var r = 0; r < Rows; r++)
                a.vmovups(w[r], __zmmword_ptr[rdi + ((Quads + t) * Vectors) + (64 * r)]);
            for (var r = 0; minimum && r < Rows; r++)
                a.vmovups(m[r], __zmmword_ptr[rdi + ((Quads + terms + t) * Vectors) + (64 * r)]);
            for (var c = 0; c < Columns; c++)
            {
                for (var r = 0; r < Rows; r++)
                {
                    a.vcvtdq2ps(Integer(r, c), Integer(r, c));
                    a.vmulps(x[r], w[r], __dword_bcst[activations.Scale(c)]);
                    a.vfmadd231ps(Float(r, c), Integer(r, c), x[r]);
                }

                for (var r = 0; minimum && r < Rows; r++)
                    a.vfmadd231ps(Float(r, c), m[r], __dword_bcst[activations.Product(t, c)]);
            }
        }
    }
}
