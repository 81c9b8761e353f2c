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
        [(CodeLayout.N4Table, ScaleLayout.Exponent)] = [16640, 17088, 17664],
        [(CodeLayout.N4Plus1, ScaleLayout.Half)] = [18432, 18944, 19520],
        [(CodeLayout.N4Plus1, ScaleLayout.HalfMinimum)] = [20352, 20864, 21504],
        [(CodeLayout.N4Plus1, ScaleLayout.SuperMinimum)] = [22336, 22912, 23616],
        [(CodeLayout.N4Plus2, ScaleLayout.Super16)] = [24576, 25216, 25984],
        [(CodeLayout.B8, ScaleLayout.Half)] = [27008, 27328, 27776],
        [(CodeLayout.N2, ScaleLayout.SuperMinimum16)] = [28416, 28992, 29696],
        [(CodeLayout.N2Plus1, ScaleLayout.Super16)] = [30720, 31360, 32128],
    };

    /// <summary>The float tile: 1 to 6 rows.</summary>
    internal static readonly Dictionary<CodeLayout, int[]> Tile = new()
    {
        [CodeLayout.F32] = [33152, 33408, 33792, 34240, 34816, 35520],
        [CodeLayout.F16] = [36352, 36608, 36992, 37440, 38016, 38720],
        [CodeLayout.BF16] = [39552, 39808, 40192, 40704, 41344, 42112],
    };

    internal const int Peak = 42944;

    /// <summary>SHA-256 of the machine code.</summary>
    internal const string Digest = "905b2d44577971b4abff5e3beb05fdfa50df3512807d35109545660e68336084";
}
