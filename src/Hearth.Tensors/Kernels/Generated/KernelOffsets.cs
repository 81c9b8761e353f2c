using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels.Generated;

/// <summary>Where each generated kernel starts. Written by tools/Hearth.KernelGenerator; KernelLibraryTests holds it against the generator.</summary>
static class KernelOffsets
{
    /// <summary>Prefill: scales per 32, with minima; per 16, with minima.</summary>
    internal static readonly int[] Gemm = [0, 1728, 3584, 5696];

    /// <summary>Decode: 1, 2 and 4 columns.</summary>
    internal static readonly Dictionary<(CodeLayout, ScaleLayout), int[]> Gemv = new()
    {
        [(CodeLayout.N4, ScaleLayout.Half)] = [8000, 8384, 8832],
        [(CodeLayout.N4, ScaleLayout.HalfMinimum)] = [9536, 9920, 10432],
        [(CodeLayout.N4, ScaleLayout.SuperMinimum)] = [11136, 11584, 12160],
        [(CodeLayout.N4Table, ScaleLayout.Half)] = [12992, 13440, 13952],
        [(CodeLayout.N4Table, ScaleLayout.Super)] = [14720, 15232, 15808],
        [(CodeLayout.N4Table, ScaleLayout.Exponent)] = [16576, 17024, 17600],
        [(CodeLayout.N4Plus1, ScaleLayout.Half)] = [18368, 18880, 19456],
        [(CodeLayout.N4Plus1, ScaleLayout.HalfMinimum)] = [20288, 20800, 21440],
        [(CodeLayout.N4Plus1, ScaleLayout.SuperMinimum)] = [22272, 22848, 23552],
        [(CodeLayout.N4Plus2, ScaleLayout.Super16)] = [24512, 25152, 25920],
        [(CodeLayout.B8, ScaleLayout.Half)] = [26944, 27264, 27712],
        [(CodeLayout.N2, ScaleLayout.SuperMinimum16)] = [28352, 28928, 29632],
        [(CodeLayout.N2Plus1, ScaleLayout.Super16)] = [30656, 31296, 32064],
    };

    /// <summary>The float tile: 1 to 6 rows.</summary>
    internal static readonly Dictionary<CodeLayout, int[]> Tile = new()
    {
        [CodeLayout.F32] = [33088, 33344, 33728, 34176, 34752, 35456],
        [CodeLayout.F16] = [36288, 36544, 36928, 37376, 37952, 38656],
        [CodeLayout.BF16] = [39488, 39744, 40128, 40640, 41280, 42048],
    };

    internal const int Peak = 42880;

    /// <summary>SHA-256 of the machine code.</summary>
    internal const string Digest = "ae9f55b2f0df88526b7cf31c094cd8942abe938d586b310059a52b0bfd813ead";
}
