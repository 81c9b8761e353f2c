namespace Hearth.Tensors.Quantization;

/// <summary>How the numbers of a tensor are stored, with the ids of the GGUF format (ggml, <c>ggml.h</c>, <c>enum ggml_type</c>).</summary>
public enum TensorType
{
#pragma warning disable CS1591 // The names are the definition: ggml documents them.
    F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, Q8_1 = 9,
    Q2_K = 10, Q3_K = 11, Q4_K = 12, Q5_K = 13, Q6_K = 14, Q8_K = 15,
    IQ2_XXS = 16, IQ2_XS = 17, IQ3_XXS = 18, IQ1_S = 19, IQ4_NL = 20, IQ3_S = 21, IQ2_S = 22, IQ4_XS = 23,
    I8 = 24, I16 = 25, I32 = 26, I64 = 27, F64 = 28, IQ1_M = 29, BF16 = 30,
    TQ1_0 = 34, TQ2_0 = 35, MXFP4 = 39, NVFP4 = 40, Q1_0 = 41, Q2_0 = 42,
#pragma warning restore CS1591
}

/// <summary>The block of a tensor type: how many numbers stand in how many bytes.</summary>
/// <param name="Elements">Numbers in a block.</param>
/// <param name="Bytes">Bytes of a block.</param>
public readonly record struct TensorBlock(int Elements, int Bytes);

/// <summary>Sizes of all tensor types that a GGUF file can name.</summary>
public static class TensorTypes
{
    static readonly Dictionary<TensorType, TensorBlock> Blocks = new()
    {
        [TensorType.F32] = new(1, 4),
        [TensorType.F16] = new(1, 2),
        [TensorType.BF16] = new(1, 2),
        [TensorType.F64] = new(1, 8),
        [TensorType.I8] = new(1, 1),
        [TensorType.I16] = new(1, 2),
        [TensorType.I32] = new(1, 4),
        [TensorType.I64] = new(1, 8),
        [TensorType.Q4_0] = new(32, 18),
        [TensorType.Q4_1] = new(32, 20),
        [TensorType.Q5_0] = new(32, 22),
        [TensorType.Q5_1] = new(32, 24),
        [TensorType.Q8_0] = new(32, 34),
        [TensorType.Q8_1] = new(32, 36),
        [TensorType.Q2_K] = new(256, 84),
        [TensorType.Q3_K] = new(256, 110),
        [TensorType.Q4_K] = new(256, 144),
        [TensorType.Q5_K] = new(256, 176),
        [TensorType.Q6_K] = new(256, 210),
        [TensorType.Q8_K] = new(256, 292),
        [TensorType.IQ2_XXS] = new(256, 66),
        [TensorType.IQ2_XS] = new(256, 74),
        [TensorType.IQ3_XXS] = new(256, 98),
        [TensorType.IQ1_S] = new(256, 50),
        [TensorType.IQ4_NL] = new(32, 18),
        [TensorType.IQ3_S] = new(256, 110),
        [TensorType.IQ2_S] = new(256, 82),
        [TensorType.IQ4_XS] = new(256, 136),
        [TensorType.IQ1_M] = new(256, 56),
        [TensorType.TQ1_0] = new(256, 54),
        [TensorType.TQ2_0] = new(256, 66),
        [TensorType.MXFP4] = new(32, 17),
        [TensorType.NVFP4] = new(64, 36),
        [TensorType.Q1_0] = new(128, 18),
        [TensorType.Q2_0] = new(64, 18),
    };

    /// <summary>The block of a type, or false for an id that no GGUF file may use.</summary>
    public static bool TryGetBlock(TensorType type, out TensorBlock block) => Blocks.TryGetValue(type, out block);
}
