namespace Hearth.Tensors.Quantization;

/// <summary>How the codes of 16 rows are stored after repacking.</summary>
enum CodeLayout
{
    /// <summary>4-bit codes, 256 bytes per 32 k × 16 rows: vector j holds k 4j to 4j + 3 in the low and k 16 + 4j to 19 + 4j in the high halves.</summary>
    N4,

    /// <summary>8-bit codes, 512 bytes per 32 k × 16 rows: vector j holds k 4j to 4j + 3.</summary>
    B8,

    /// <summary>Float32, in panels of 64 rows: 64 numbers for every k.</summary>
    F32,

    /// <summary>Half precision, in panels of 64 rows.</summary>
    F16,

    /// <summary>bfloat16, in panels of 64 rows.</summary>
    BF16,
}

/// <summary>How the scales of 16 rows are stored after repacking.</summary>
enum ScaleLayout
{
    /// <summary>None: the codes are the numbers.</summary>
    None,

    /// <summary>16 half-precision scales per 32 k.</summary>
    Half,

    /// <summary>16 half-precision scales, then 16 half-precision minima per 32 k.</summary>
    HalfMinimum,
}

/// <summary>One row of the table of tensor types: its definition, and the two layouts it is repacked to.</summary>
/// <param name="Type">The type as files name it.</param>
/// <param name="Codes">Layout of the codes.</param>
/// <param name="Scales">Layout of the scales.</param>
/// <param name="OffsetShift">The code of zero is 2 to this power; <see cref="NoOffset"/> where it is 0.</param>
/// <param name="CodesAt">Where the codes start in a block of the file.</param>
/// <param name="Decode">The definition: a block of the file to numbers.</param>
sealed record WeightFormat(TensorType Type, CodeLayout Codes, ScaleLayout Scales, int OffsetShift, int CodesAt, WeightFormat.Decoder Decode)
{
    /// <summary>A shift that leaves nothing of a 32-bit number: no offset.</summary>
    internal const int NoOffset = 32;

    internal delegate void Decoder(ReadOnlySpan<byte> block, Span<float> weights);

    static readonly Dictionary<TensorType, WeightFormat> Table = new WeightFormat[]
    {
        new(TensorType.F32, CodeLayout.F32, ScaleLayout.None, NoOffset, 0, Definitions.F32),
        new(TensorType.F16, CodeLayout.F16, ScaleLayout.None, NoOffset, 0, Definitions.F16),
        new(TensorType.BF16, CodeLayout.BF16, ScaleLayout.None, NoOffset, 0, Definitions.BF16),
        new(TensorType.Q4_0, CodeLayout.N4, ScaleLayout.Half, 3, 2, Definitions.Q4_0),
        new(TensorType.Q4_1, CodeLayout.N4, ScaleLayout.HalfMinimum, NoOffset, 4, Definitions.Q4_1),
        new(TensorType.Q8_0, CodeLayout.B8, ScaleLayout.Half, 7, 2, Definitions.Q8_0),
    }.ToDictionary(f => f.Type);

    /// <summary>The format of a type, or null where this engine cannot compute with it.</summary>
    internal static WeightFormat? Find(TensorType type) => Table.GetValueOrDefault(type);

    /// <summary>Whether the numbers are stored as they are, without blocks and scales.</summary>
    internal bool IsFloat => Scales == ScaleLayout.None;

    internal TensorBlock Block => TensorTypes.TryGetBlock(Type, out var block) ? block : default;

    /// <summary>Bytes of the codes of 32 k × 16 rows, or of one number of a float layout.</summary>
    internal int CodeBytes => Codes switch { CodeLayout.N4 => 256, CodeLayout.B8 => 512, CodeLayout.F32 => 4, _ => 2 };

    /// <summary>Bytes of the scales of 32 k × 16 rows.</summary>
    internal int ScaleBytes => Scales switch { ScaleLayout.None => 0, ScaleLayout.Half => 32, _ => 64 };

    /// <summary>Bytes of 32 k × 16 rows: their codes, then their scales, so that decode reads one stream.</summary>
    internal int UnitBytes => CodeBytes + ScaleBytes;

    /// <summary>What is added to a stored code byte so that the repacked code is unsigned: files store 8-bit codes with a sign.</summary>
    internal byte CodeFlip => (byte)(Codes == CodeLayout.B8 ? 0x80 : 0);
}
