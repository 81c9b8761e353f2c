using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Cli.Commands;

/// <summary>The instruction sets of this processor that matter for the kernels.</summary>
static class InstructionSets
{
    /// <summary>Whether vectors of 256 bits (or the equivalent of another processor) are there.</summary>
    internal static bool HasWideVectors => Vector256.IsHardwareAccelerated || AdvSimd.IsSupported;

    /// <summary>Whether the tests run on processors of this family; kernels of others are written, and nobody has seen them work.</summary>
    internal static bool IsTested(Architecture family) => family == Architecture.X64;

    /// <summary>Their names, the oldest first.</summary>
    internal static string[] Here
    {
        get
        {
            (bool Supported, string Name)[] all =
            [
                (Sse41.IsSupported, "SSE4.1"), (Avx.IsSupported, "AVX"), (Avx2.IsSupported, "AVX2"), (Fma.IsSupported, "FMA"),
                (Avx512F.IsSupported, "AVX-512F"), (Avx512BW.IsSupported, "AVX-512BW"), (AdvSimd.IsSupported, "AdvSIMD"), (Dp.IsSupported, "DotProd"),
            ];
            return [.. all.Where(i => i.Supported).Select(i => i.Name)];
        }
    }
}
