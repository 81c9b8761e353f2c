namespace Hearth.Tensors.Kernels.Generated;

/// <summary>Where each generated kernel starts. Written by tools/Hearth.KernelGenerator; KernelLibraryTests holds it against the generator.</summary>
static class KernelOffsets
{
    internal const int Gemm = 0;
    internal const int GemmMinimum = 1728;
    internal const int GemvN4x1 = 3584;
    internal const int GemvN4x2 = 3968;
    internal const int GemvN4x4 = 4416;
    internal const int GemvN4Minimumx1 = 5120;
    internal const int GemvN4Minimumx2 = 5504;
    internal const int GemvN4Minimumx4 = 6016;
    internal const int GemvB8x1 = 6720;
    internal const int GemvB8x2 = 7040;
    internal const int GemvB8x4 = 7488;
    internal const int TileF32x1 = 8128;
    internal const int TileF32x2 = 8384;
    internal const int TileF32x3 = 8768;
    internal const int TileF32x4 = 9216;
    internal const int TileF32x5 = 9792;
    internal const int TileF32x6 = 10496;
    internal const int TileF16x1 = 11328;
    internal const int TileF16x2 = 11584;
    internal const int TileF16x3 = 11968;
    internal const int TileF16x4 = 12416;
    internal const int TileF16x5 = 12992;
    internal const int TileF16x6 = 13696;
    internal const int TileBF16x1 = 14528;
    internal const int TileBF16x2 = 14784;
    internal const int TileBF16x3 = 15168;
    internal const int TileBF16x4 = 15680;
    internal const int TileBF16x5 = 16320;
    internal const int TileBF16x6 = 17088;
    internal const int Peak = 17920;
}
