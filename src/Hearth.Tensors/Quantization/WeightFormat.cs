using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Tensors.Quantization;

/// <summary>One row of the table of tensor types: its definition, the two layouts it is repacked to, and how its blocks are taken apart for that.</summary>
/// <param name="Type">The type as files name it.</param>
/// <param name="Codes">Layout of the codes.</param>
/// <param name="Scales">Layout of the scales.</param>
/// <param name="OffsetShift">The code of zero is 2 to this power; <see cref="NoOffset"/> where it is 0.</param>
/// <param name="Decode">The definition: a block of the file to numbers.</param>
/// <param name="Read">Takes a block of the file apart; null for types without blocks.</param>
/// <param name="Numbers">The 16 numbers that the codes of <see cref="CodeLayout.N4Table"/> index.</param>
sealed unsafe record WeightFormat(
    TensorType Type, CodeLayout Codes, ScaleLayout Scales, int OffsetShift, WeightFormat.Decoder Decode, WeightFormat.Reader? Read = null,
    sbyte[]? Numbers = null)
{
    readonly byte[]? _table = Numbers is null ? null : Unsigned(Numbers);

    /// <summary>A shift that leaves nothing of a 32-bit number: no offset.</summary>
    internal const int NoOffset = 32;

    internal delegate void Decoder(ReadOnlySpan<byte> block, Span<float> weights);

    /// <param name="block">A block of the file.</param>
    /// <param name="codes">Takes its codes, unsigned, in the order of k.</param>
    /// <param name="halves">Takes the half-precision numbers of <see cref="ScaleShape"/>.</param>
    /// <param name="bytes">Takes its bytes.</param>
    internal delegate void Reader(byte* block, byte* codes, ushort* halves, byte* bytes);

    static readonly Dictionary<TensorType, WeightFormat> Rows = new WeightFormat[]
    {
        new(TensorType.F32, CodeLayout.F32, ScaleLayout.None, NoOffset, Definitions.F32),
        new(TensorType.F16, CodeLayout.F16, ScaleLayout.None, NoOffset, Definitions.F16),
        new(TensorType.BF16, CodeLayout.BF16, ScaleLayout.None, NoOffset, Definitions.BF16),
        new(TensorType.Q4_0, CodeLayout.N4, ScaleLayout.Half, 3, Definitions.Q4_0, BlockReaders.Q4_0),
        new(TensorType.Q4_1, CodeLayout.N4, ScaleLayout.HalfMinimum, NoOffset, Definitions.Q4_1, BlockReaders.Q4_1),
        new(TensorType.Q5_0, CodeLayout.N4Plus1, ScaleLayout.Half, 4, Definitions.Q5_0, BlockReaders.Q5_0),
        new(TensorType.Q5_1, CodeLayout.N4Plus1, ScaleLayout.HalfMinimum, NoOffset, Definitions.Q5_1, BlockReaders.Q5_1),
        new(TensorType.Q8_0, CodeLayout.B8, ScaleLayout.Half, 7, Definitions.Q8_0, BlockReaders.Q8_0),
        new(TensorType.Q2_K, CodeLayout.N2, ScaleLayout.SuperMinimum16, NoOffset, Definitions.Q2_K, BlockReaders.Q2_K),
        new(TensorType.Q3_K, CodeLayout.N2Plus1, ScaleLayout.Super16, 2, Definitions.Q3_K, BlockReaders.Q3_K),
        new(TensorType.Q4_K, CodeLayout.N4, ScaleLayout.SuperMinimum, NoOffset, Definitions.Q4_K, BlockReaders.Q4_K),
        new(TensorType.Q5_K, CodeLayout.N4Plus1, ScaleLayout.SuperMinimum, NoOffset, Definitions.Q5_K, BlockReaders.Q5_K),
        new(TensorType.Q6_K, CodeLayout.N4Plus2, ScaleLayout.Super16, 5, Definitions.Q6_K, BlockReaders.Q6_K),
        new(TensorType.IQ4_NL, CodeLayout.N4Table, ScaleLayout.Half, 7, Definitions.IQ4_NL, BlockReaders.Q4_0, Definitions.NonLinear4),
        new(TensorType.IQ4_XS, CodeLayout.N4Table, ScaleLayout.Super, 7, Definitions.IQ4_XS, BlockReaders.IQ4_XS, Definitions.NonLinear4),
        new(TensorType.MXFP4, CodeLayout.N4Table, ScaleLayout.Exponent, 7, Definitions.MXFP4, BlockReaders.MXFP4, Definitions.DoubledE2M1),
    }.ToDictionary(f => f.Type);

    /// <summary>The types of the table.</summary>
    internal static IEnumerable<TensorType> Types => Rows.Keys;

    /// <summary>The format of a type, or null where this engine cannot compute with it.</summary>
    internal static WeightFormat? Find(TensorType type) => Rows.GetValueOrDefault(type);

    /// <summary>Whether the numbers are stored as they are, without blocks and scales.</summary>
    internal bool IsFloat => Scales == ScaleLayout.None;

    internal TensorBlock Block { get; } = TensorTypes.TryGetBlock(Type, out var block) ? block : default;

    internal CodeBits Bits { get; } = CodeBits.Of(Codes);

    internal ScaleShape Shape { get; } = ScaleShape.Of(Scales);

    /// <summary>Bytes of the codes of 32 k × 16 rows, or of one number of a float layout.</summary>
    internal int CodeBytes { get; } = CodeBits.Of(Codes).Bytes;

    /// <summary>The numbers plus their offset of 128, where kernels find them: 16 bytes of a pinned array. Null without a table.</summary>
    internal byte* Table => _table is null ? null : (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_table));

    /// <summary>
    /// Bytes of a unit of 16 rows: a record of scales, then the codes of as many blocks as it serves. Decode reads one stream of them, in the order in which it needs them: with
    /// the record behind the codes formats with superblocks were read a fifth slower.
    /// </summary>
    internal int UnitBytes => (Shape.Blocks * CodeBytes) + Shape.RecordBytes;

    /// <summary>Where the unit of a block starts in a group; the block is the first of its unit.</summary>
    internal long UnitAt(long block) => block / Shape.Blocks * UnitBytes;

    static byte[] Unsigned(sbyte[] numbers)
    {
        var table = GC.AllocateArray<byte>(numbers.Length, pinned: true);
        for (var i = 0; i < numbers.Length; i++)
            table[i] = (byte)(numbers[i] + 128);
        return table;
    }
}
