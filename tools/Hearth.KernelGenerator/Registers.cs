using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Hearth.KernelGenerator;

static class Registers
{
    internal static AssemblerRegisterZMM Zmm(int index) => new(Register.ZMM0 + index);

    internal static AssemblerRegisterXMM Xmm(int index) => new(Register.XMM0 + index);

    /// <summary>The same 32 bits in every lane. Uses rax.</summary>
    internal static void Broadcast(this Assembler a, AssemblerRegisterZMM target, uint bits)
    {
        a.mov(eax, bits);
        a.vpbroadcastd(target, eax);
    }
}
