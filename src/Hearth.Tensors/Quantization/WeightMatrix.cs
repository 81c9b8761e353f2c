using System.Buffers.Binary;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Quantization;

/// <summary>
/// A matrix of weights, repacked for the kernels: rows in groups of 16 that lie side by side in a vector. Owned: freed by <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Quantized layouts: a group holds unit after unit along k, each the scales and then the codes of 32 or 256 k, then padding to 64 bytes. One
/// stream is read half again as fast as two (docs/performance.md).
/// Float layouts: a panel of four groups holds 64 numbers for every k.
/// Groups are filled in any order and by several threads; rows that no source row fills compute to zero.
/// </remarks>
public sealed unsafe class WeightMatrix : IDisposable
{
    /// <summary>Rows in a group.</summary>
    public const int GroupRows = 16;

    internal const int BlockLength = 32, SuperblockLength = 256, PanelGroups = 4;
    readonly NativeBuffer _memory;

    /// <param name="type">How the source stores its numbers; <see cref="Supports"/> says which are possible.</param>
    /// <param name="groups">Groups of 16 rows, at least 1.</param>
    /// <param name="columns">Numbers in a row, whole blocks: a multiple of 32 for types with blocks of 32, of 256 for those with superblocks.</param>
    /// <param name="asFloat">True: the numbers are decoded and held as float32.</param>
    /// <exception cref="NotSupportedException">The type is not one of those the kernels compute with.</exception>
    /// <exception cref="ArgumentException">The row is not whole blocks.</exception>
    public WeightMatrix(TensorType type, int groups, int columns, bool asFloat)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Source = FormatOf(type);
        if (columns % Source.Block.Elements != 0)
        {
            throw new ArgumentException(
                $"A row of {columns} numbers is not whole blocks of {type}, which hold {Source.Block.Elements}. Take a type whose blocks divide the row.", nameof(columns));
        }

        Format = asFloat ? WeightFormat.Find(TensorType.F32)! : Source;
        (Groups, Columns) = (groups, columns);
        if (Format.IsFloat)
        {
            var panels = (groups + PanelGroups - 1) / PanelGroups;
            Stride = (long)PanelGroups * GroupRows * columns * Format.CodeBytes;
            ByteCount = panels * Stride;
        }
        else
        {
            Stride = (Format.UnitAt(Blocks) + 63) / 64 * 64;
            ByteCount = groups * Stride;
        }

        _memory = new(ByteCount);
        Start = _memory.Start;
    }

    /// <summary>Groups of 16 rows.</summary>
    public int Groups { get; }

    /// <summary>Numbers in a row.</summary>
    public int Columns { get; }

    /// <summary>Bytes that hold the matrix, and that one pass over it reads.</summary>
    public long ByteCount { get; }

    /// <summary>Whether the kernels take float activations for it, not quantized ones.</summary>
    public bool TakesFloat => Format.IsFloat;

    internal WeightFormat Source { get; }

    internal WeightFormat Format { get; }

    /// <summary>Bytes from one group (quantized) or panel (float) to the next.</summary>
    internal long Stride { get; }

    internal byte* Start { get; }

    internal int Blocks => Columns / BlockLength;

    /// <summary>The types that the kernels compute with, in words.</summary>
    public static string SupportedTypes { get; } = string.Join(", ", WeightFormat.Types);

    /// <summary>Whether the kernels compute with a type.</summary>
    public static bool Supports(TensorType type) => WeightFormat.Find(type) is not null;

    /// <summary>Bytes that <paramref name="groups"/> groups of a type take after repacking.</summary>
    public static long BytesFor(TensorType type, int groups, long columns, bool asFloat)
    {
        var format = FormatOf(asFloat ? TensorType.F32 : type);
        return format.IsFloat
            ? (long)((groups + PanelGroups - 1) / PanelGroups) * PanelGroups * GroupRows * columns * format.CodeBytes
            : groups * ((format.UnitAt(columns / BlockLength) + 63) / 64 * 64);
    }

    /// <summary>Numbers of any supported type, by its definition.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="data">Whole blocks.</param>
    /// <param name="numbers">Takes them all.</param>
    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public static void Decode(TensorType type, ReadOnlySpan<byte> data, Span<float> numbers)
    {
        var format = FormatOf(type);
        var (elements, bytes) = format.Block;
        for (var b = 0; b < numbers.Length / elements; b++)
            format.Decode(data.Slice(b * bytes, bytes), numbers.Slice(b * elements, elements));
        foreach (var number in numbers)
            ThrowUnlessFinite(number);
    }

    /// <summary>Repacks up to 16 rows of the source into one group.</summary>
    /// <param name="group">Which group, from 0.</param>
    /// <param name="rows">Whole rows as the file stores them.</param>
    /// <exception cref="InvalidDataException">A scale or number is not finite.</exception>
    public void PackGroup(int group, ReadOnlySpan<byte> rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)group, (uint)Groups, nameof(group));
        var rowBytes = Columns / Source.Block.Elements * Source.Block.Bytes;
        var count = rows.Length / rowBytes;
        if (count is < 1 or > GroupRows || count * rowBytes != rows.Length)
            throw new ArgumentException($"{rows.Length} bytes are not 1 to 16 rows of {rowBytes} bytes.", nameof(rows));
        for (var r = 0; r < count; r++)
        {
            var row = rows.Slice(r * rowBytes, rowBytes);
            if (Format.IsFloat)
                PackFloatRow(group, r, row);
            else
                PackQuantizedRow(group, r, row);
        }
    }

    /// <summary>One row as numbers, by the type's definition.</summary>
    /// <param name="row">Row, counted through the groups.</param>
    /// <param name="weights">Takes <see cref="Columns"/> numbers.</param>
    public void DecodeRow(int row, Span<float> weights)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)(Groups * GroupRows), nameof(row));
        var (group, r) = (row / GroupRows, row % GroupRows);
        if (!Format.IsFloat)
        {
            WeightPanel.DecodeRow(this, group, r, weights);
            return;
        }

        for (var k = 0; k < Columns; k++)
            Format.Decode(Number(group, r, k), weights[k..]);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    Span<byte> Number(int group, int r, int k)
    {
        var index = ((long)k * PanelGroups * GroupRows) + ((group % PanelGroups) * GroupRows) + r;
        return new(Start + (group / PanelGroups * Stride) + (index * Format.CodeBytes), Format.CodeBytes);
    }

    void PackFloatRow(int group, int r, ReadOnlySpan<byte> row)
    {
        var (elements, bytes) = Source.Block;
        Span<float> numbers = stackalloc float[elements];
        for (var b = 0; b < Columns / elements; b++)
        {
            var block = row.Slice(b * bytes, bytes);
            Source.Decode(block, numbers);
            foreach (var number in numbers)
                ThrowUnlessFinite(number);
            if (Format == Source)
            {
                block.CopyTo(Number(group, r, b));
                continue;
            }

            for (var i = 0; i < elements; i++)
                BinaryPrimitives.WriteSingleLittleEndian(Number(group, r, (b * elements) + i), numbers[i]);
        }
    }

    void PackQuantizedRow(int group, int r, ReadOnlySpan<byte> row)
    {
        var read = Format.Read!;
        var unpacked = stackalloc byte[SuperblockLength + 16];
        var bytes = unpacked + SuperblockLength;
        var halves = stackalloc ushort[2];
        var unit = Start + (group * Stride);
        var finite = true;
        fixed (byte* source = row)
        {
            for (var block = source; block < source + row.Length; block += Format.Block.Bytes, unit += Format.UnitBytes)
            {
                read(block, unpacked, halves, bytes);
                for (var b = 0; b < Format.Shape.Blocks; b++)
                    Format.Bits.Pack(unpacked + (BlockLength * b), unit + Format.Shape.RecordBytes + (b * Format.CodeBytes) + (4 * r));
                finite &= Format.Shape.Pack(halves, bytes, unit, r);
            }
        }

        if (!finite)
            throw NotFinite();
    }

    static WeightFormat FormatOf(TensorType type)
        => WeightFormat.Find(type) ?? throw new NotSupportedException($"Weights are of type {type}; this engine computes with {SupportedTypes}. Convert the model to one of them.");

    static void ThrowUnlessFinite(float number)
    {
        if (!float.IsFinite(number))
            throw NotFinite();
    }

    internal static InvalidDataException NotFinite()
        => new("A weight is infinite or not a number. The file is damaged, or its conversion overflowed; take another copy.");
}
