using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hearth.Tensors.Kernels.Generated;
using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels;

/// <summary>The path of generated AVX-512-VNNI code: position-independent blocks that tools/Hearth.KernelGenerator wrote, mapped and made executable.</summary>
/// <remarks>
/// The code has no unwind information and knows nothing of the collector: it is called through unmanaged function pointers on native memory only, and
/// assumes the System V calling convention.
/// </remarks>
sealed unsafe partial class GeneratedKernels : ManagedKernels<Lanes512, Dot512>
{
    internal const string PathName = "avx512-vnni";
    const int ReadWrite = 3, ReadExecute = 5, PrivateAnonymous = 0x22;

    readonly byte* _code;

    GeneratedKernels(ReadOnlySpan<byte> code)
        : base(PathName)
    {
        var length = (nuint)code.Length;
        var memory = Map(0, length, ReadWrite, PrivateAnonymous, -1, 0);
        if (memory == -1)
            throw new InsufficientMemoryException("The system refused memory for the generated kernels.");
        code.CopyTo(new((void*)memory, code.Length));
        if (Protect(memory, length, ReadExecute) != 0)
        {
            _ = Unmap(memory, length);
            throw new PlatformNotSupportedException("The system does not let memory become executable.");
        }

        _code = (byte*)memory;
    }

    /// <summary>The only instance: the code stays mapped as long as the process.</summary>
    internal static Lazy<GeneratedKernels> Instance { get; } = new(() => new(Resource()));

    /// <summary>Whether the processor and the calling convention are the ones that the code was written for.</summary>
    internal static bool IsSupported
        => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported && !OperatingSystem.IsWindows() && X86Base.IsSupported
            && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;

    public override string Digest => KernelOffsets.Digest;

    protected override bool SignedCodes => false;

    public override long Spin(long rounds)
    {
        ((delegate* unmanaged<long*, void>)(_code + KernelOffsets.Peak))(&rounds);
        return rounds * 24 * 64;
    }

    internal override void Tile(in TileArguments arguments, int rows, int vectors, CodeLayout right)
    {
        var kernel = (delegate* unmanaged<TileArguments*, void>)(_code + KernelOffsets.Tile[right][rows - 1]);
        var part = arguments;
        var size = right == CodeLayout.F32 ? 4 : 2;
        for (; vectors >= 4; vectors -= 4)
        {
            kernel(&part);
            part.Right += 64 * size;
            part.Output += 64;
        }

        if (vectors > 0)
            FloatTile<Lanes512>.Compute(part, rows, vectors, right);
    }

    protected override void Gemv(WeightMatrix w, int group, int groups, byte* tile, int width, float* output, int outputStride, byte* scratch)
    {
        if (!KernelOffsets.Gemv.TryGetValue((w.Format.Codes, w.Format.Scales), out var offsets))
        {
            base.Gemv(w, group, groups, tile, width, output, outputStride, scratch);
            return;
        }

        var arguments = new GemvArguments
        {
            Weights = w.Start + (group * w.Stride), Activations = tile, Halves = ActivationTile.Halves(tile, w.Blocks, width),
            Output = output, OutputStride = outputStride * sizeof(float),
            Groups = groups, Units = w.Blocks / w.Format.Shape.Blocks, GroupStride = w.Stride, OffsetShift = w.Format.OffsetShift, Table = w.Format.Table,
        };
        ((delegate* unmanaged<GemvArguments*, void>)(_code + offsets[width / 2]))(&arguments);
    }

    protected override void Gemm(WeightFormat format, byte* panel, in TilePart tile, int blocks, float* output, int outputStride, bool accumulate)
    {
        var arguments = new GemmArguments
        {
            Weights = panel, Activations = tile.Blocks, Halves = tile.Halves, Output = output, OutputStride = outputStride * sizeof(float),
            Blocks = blocks, Accumulate = accumulate ? 1 : 0, OffsetShift = format.OffsetShift,
        };
        ((delegate* unmanaged<GemmArguments*, void>)(_code + KernelOffsets.Gemm[(2 * (format.Shape.Terms - 1)) + (format.Shape.Minimum ? 1 : 0)]))(&arguments);
    }

    static byte[] Resource()
    {
        using var stream = typeof(GeneratedKernels).Assembly.GetManifestResourceStream("avx512-vnni.bin")!;
        var code = new byte[stream.Length];
        stream.ReadExactly(code);
        return code;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);
}
