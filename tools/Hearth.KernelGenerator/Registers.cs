using Iced.Intel;

namespace Hearth.KernelGenerator;

/// <summary>How the 4- or 8-bit codes of 32 weights × 16 rows are stored.</summary>
enum Codes
{
    /// <summary>Two 4-bit codes in a byte: four vectors; low codes are k 4j to 4j + 3, high codes the same plus 16.</summary>
    N4,

    /// <summary>One code in a byte: eight vectors.</summary>
    B8,
}

/// <summary>Number formats of the float tile.</summary>
enum Number
{
    F32,
    F16,
    BF16,
}

static class Registers
{
    internal static AssemblerRegisterZMM Zmm(int index) => new(Register.ZMM0 + index);

    internal static AssemblerRegisterXMM Xmm(int index) => new(Register.XMM0 + index);
}
