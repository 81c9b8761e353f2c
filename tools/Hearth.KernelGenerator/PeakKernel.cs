using Iced.Intel;
using static Hearth.KernelGenerator.Registers;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

/// <summary>Nothing but vpdpbusd on 24 independent accumulators: 24 × 64 multiply-accumulates a round, the machine's int8 peak.</summary>
/// <remarks>Argument: a pointer to the number of rounds (int64).</remarks>
static class PeakKernel
{
    internal static void Emit(Assembler a)
    {
        a.mov(rcx, __qword_ptr[rdi]);
        for (var i = 0; i < 26; i++)
            a.vpxord(Zmm(i), Zmm(i), Zmm(i));
        var loop = a.CreateLabel();
        a.Label(ref loop);
        for (var i = 0; i < 24; i++)
            a.vpdpbusd(Zmm(i), zmm24, zmm25);
        a.dec(rcx);
        a.jnz(loop);
        a.vzeroupper();
        a.ret();
    }
}
