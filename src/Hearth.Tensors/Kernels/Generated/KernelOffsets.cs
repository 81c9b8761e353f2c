namespace Hearth.Tensors.Kernels.Generated;

/// <summary>Where each generated kernel starts. Written by tools/Hearth.KernelGenerator; KernelLibraryTests holds it against the generator.</summary>
static class KernelOffsets
{
    internal const int Gemm = 0;
    internal const int GemmMinimum = 1728;
    internal const int GemvN4x1 = 3584;
    internal const int GemvN4x2 = 3904;
    internal const int GemvN4x4 = 4352;
    internal const int GemvN4Minimumx1 = 4992;
    internal const int GemvN4Minimumx2 = 5376;
    internal const int GemvN4Minimumx4 = 5824;
    internal const int GemvB8x1 = 6528;
    internal const int GemvB8x2 = 6784;
    internal const int GemvB8x4 = 7168;
    internal const int TileF32x1 = 7744;
    internal const int TileF32x2 = 8000;
    internal const int TileF32x3 = 8384;
    internal const int TileF32x4 = 8832;
    internal const int TileF32x5 = 9408;
    internal const int TileF32x6 = 10112;
    internal const int TileF16x1 = 10944;
    internal const int TileF16x2 = 11200;
    internal const int TileF16x3 = 11584;
    internal const int TileF16x4 = 12032;
    internal const int TileF16x5 = 12608;
    internal const int TileF16x6 = 13312;
    internal const int TileBF16x1 = 14144;
    internal const int TileBF16x2 = 14400;
    internal const int TileBF16x3 = 14784;
    internal const int TileBF16x4 = 15296;
    internal const int TileBF16x5 = 15936;
    internal const int TileBF16x6 = 16704;
    internal const int Peak = 17536;
}
