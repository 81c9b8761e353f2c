using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Workers.Client;

/// <summary>The native workers of a published folder.</summary>
/// <remarks>
/// A native program has the vectors that it was compiled for: one for AVX2 runs at a third of the speed that AVX-512 would give, and one for AVX-512 doesn't start without it.
/// So there is one for each class of processors. What they compute is the same, bit for bit. Of what a class leaves open (AVX-VNNI, Arm's dot product) each asks the processor.
/// </remarks>
public static class NativeWorkers
{
    // The conditions are those of the kernel paths vector512 and vector256: NativeWorkersTests compares.
    static readonly NativeWorker[] X64 =
    [
        new("hearth-worker-v4", "x86-64-v4", Vector512.IsHardwareAccelerated && Avx512BW.IsSupported),
        new("hearth-worker-v3", "x86-64-v3", Avx2.IsSupported),
        new("hearth-worker", "x86-64-v2", true),
    ];

    static readonly NativeWorker[] Arm64 = [new("hearth-worker", "armv8-a", true)];

    /// <summary>Those for a family of processors, the one that takes most for granted first; the last one runs on all of them.</summary>
    public static IReadOnlyList<NativeWorker> For(Architecture family) => family == Architecture.Arm64 ? Arm64 : X64;
}
