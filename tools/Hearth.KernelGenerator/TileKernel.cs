using Iced.Intel;
using static Hearth.KernelGenerator.Registers;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>
/// The float tile: up to 6 rows × 64 columns, one fma chain in ascending k a number (numeric profile, rule 6). Attention's q·K and p·V and the
/// matrices in F32, F16 and BF16 run on it; 4 vectors × 6 rows in flight hide the latency.
/// </summary>
/// <remarks>Argument: TileArguments (left, left stride, right, right stride, output, output stride, k, accumulate); strides in bytes.</remarks>
static class TileKernel
{
    const int Vectors = 4;

    internal static void Emit(Assembler a, Number number, int rows)
    {
        AssemblerRegisterZMM Sum(int r, int v) => Zmm((r * Vectors) + v);
        AssemblerRegisterZMM Right(int v) => Zmm(24 + v);

        a.mov(rax, rdi);
        a.mov(rdi, __qword_ptr[rax]);
        a.mov(rsi, __qword_ptr[rax + 8]);
        a.mov(rdx, __qword_ptr[rax + 16]);
        a.mov(rcx, __qword_ptr[rax + 24]);
        a.mov(r8, __qword_ptr[rax + 32]);
        a.mov(r9, __qword_ptr[rax + 40]);
        a.mov(r11, __qword_ptr[rax + 56]);
        a.mov(r10, __qword_ptr[rax + 48]);

        var fresh = a.CreateLabel();
        var start = a.CreateLabel();
        var loop = a.CreateLabel();
        a.test(r11, r11);
        a.jz(fresh);
        a.mov(rax, r8);
        for (var r = 0; r < rows; r++)
        {
            for (var v = 0; v < Vectors; v++)
                a.vmovups(Sum(r, v), __zmmword_ptr[rax + (64 * v)]);
            a.add(rax, r9);
        }

        a.jmp(start);
        a.Label(ref fresh);
        for (var i = 0; i < rows * Vectors; i++)
            a.vpxord(Zmm(i), Zmm(i), Zmm(i));
        a.Label(ref start);
        a.lea(rax, __[rdi + (rsi * 2)]);
        a.add(rax, rsi);

        a.Label(ref loop);
        for (var v = 0; v < Vectors; v++)
        {
            switch (number)
            {
                case Number.F32:
                    a.vmovups(Right(v), __zmmword_ptr[rdx + (64 * v)]);
                    break;
                case Number.F16:
                    a.vcvtph2ps(Right(v), __ymmword_ptr[rdx + (32 * v)]);
                    break;
                default:
                    a.vpmovzxwd(Right(v), __ymmword_ptr[rdx + (32 * v)]);
                    a.vpslld(Right(v), Right(v), 16);
                    break;
            }
        }

        for (var r = 0; r < rows; r++)
        {
            var left = Zmm(28 + (r & 1));
            a.vbroadcastss(left, r switch
            {
                0 => __dword_ptr[rdi],
                1 => __dword_ptr[rdi + rsi],
                2 => __dword_ptr[rdi + (rsi * 2)],
                3 => __dword_ptr[rax],
                4 => __dword_ptr[rax + rsi],
                _ => __dword_ptr[rax + (rsi * 2)],
            });
            for (var v = 0; v < Vectors; v++)
                a.vfmadd231ps(Sum(r, v), Right(v), left);
        }

        a.add(rdi, 4);
        a.add(rax, 4);
        a.add(rdx, rcx);
        a.dec(r10);
        a.jnz(loop);

        for (var r = 0; r < rows; r++)
        {
            for (var v = 0; v < Vectors; v++)
                a.vmovups(__zmmword_ptr[r8 + (64 * v)], Sum(r, v));
            a.add(r8, r9);
        }

        a.vzeroupper();
        a.ret();
    }
}
