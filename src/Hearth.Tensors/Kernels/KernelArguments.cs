using System.Runtime.InteropServices;

namespace Hearth.Tensors.Kernels;

/// <summary>The argument of the prefill kernel: a panel of 32 rows times a tile of 6 columns.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct GemmArguments
{
    internal byte* Weights, Activations;
    internal float* Output;
    internal long OutputStride, Blocks, Accumulate, OffsetShift;
    internal float* Halves;
}

/// <summary>The argument of the decode kernels: groups of packed weights times a few columns. The kernels count the groups down in it.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct GemvArguments
{
    internal byte* Weights, Activations;
    internal float* Output;
    internal long OutputStride, Groups, Units, GroupStride, OffsetShift;
    internal byte* Table;
    internal float* Halves;
}

/// <summary>The argument of the float tile: output rows × columns (+)= left rows × k · right k × columns. Strides are in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct TileArguments
{
    internal float* Left;
    internal long LeftStride;
    internal byte* Right;
    internal long RightStride;
    internal float* Output;
    internal long OutputStride, K, Accumulate;
}
