using System.Buffers.Binary;
using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Quantization;

/// <summary>
/// A matrix of weights, repacked for the kernels: rows in groups of 16 that lie side by side in a vector. Owned: freed by <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Quantized layouts: a group holds unit after unit along k, each the codes and then the scales of 32 k, and padding to 64 bytes. One stream is read
/// half again as fast as two (docs/performance.md).
/// Float layouts: a panel of four groups holds 64 numbers for every k.
/// Groups are filled in any order and by several threads; rows that no source row fills compute to zero.
/// </remarks>
public sealed unsafe class WeightMatrix : IDisposable
{
    /// <summary>Rows in a group.</summary>
    public const int GroupRows = 16;

    internal const int BlockLength = 32, PanelGroups = 4;
    readonly NativeBuffer _memory;

    /// <param name="type">How the source stores its numbers; <see cref="Supports"/> says which are possible.</param>
    /// <param name="groups">Groups of 16 rows, at least 1.</param>
    /// <param name="columns">Numbers in a row; for types with blocks, a multiple of 32.</param>
    /// <param name="asFloat">True: the numbers are decoded and held as float32.</param>
    /// <exception cref="NotSupportedException">The type is not one of those the kernels compute with.</exception>
    public WeightMatrix(TensorType type, int groups, int columns, bool asFloat)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Source = WeightFormat.Find(type) ?? throw new NotSupportedException($"Weights of type {type} are not among those that this engine computes with.");
        if (columns % Source.Block.Elements != 0)
            throw new ArgumentException($"A row of {columns} numbers is not a multiple of the {Source.Block.Elements} in a block of {type}.", nameof(columns));
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
            Stride = (((long)Blocks * Format.UnitBytes) + 63) / 64 * 64;
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

    /// <summary>Whether the kernels compute with a type.</summary>
    public static bool Supports(TensorType type) => WeightFormat.Find(type) is not null;

    /// <summary>Bytes that <paramref name="groups"/> groups of a type take after repacking.</summary>
    public static long BytesFor(TensorType type, int groups, long columns, bool asFloat)
    {
        var format = WeightFormat.Find(asFloat ? TensorType.F32 : type) ?? throw new NotSupportedException($"Weights of type {type} cannot be repacked.");
        return format.IsFloat
            ? (long)((groups + PanelGroups - 1) / PanelGroups) * PanelGroups * GroupRows * columns * format.CodeBytes
            : groups * ((columns / BlockLength * format.UnitBytes) + 63) / 64 * 64;
    }

    /// <summary>Numbers of any supported type, by its definition.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="data">Whole blocks.</param>
    /// <param name="numbers">Takes them all.</param>
    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    public static void Decode(TensorType type, ReadOnlySpan<byte> data, Span<float> numbers)
    {
        var format = WeightFormat.Find(type) ?? throw new NotSupportedException($"Numbers of type {type} cannot be decoded.");
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
        Span<byte> block = stackalloc byte[Format.Block.Bytes];
        for (var (k, step) = (0, Format.Block.Elements); k < Columns; k += step)
        {
            if (Format.IsFloat)
                Number(group, r, k).CopyTo(block);
            else
                UnpackBlock(group, r, k / BlockLength, block);
            Format.Decode(block, weights[k..]);
        }
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
        var bytes = Source.Block.Bytes;
        var flip = Source.CodeFlip * 0x01010101u;
        var codes = Start + (group * Stride) + (4 * r);
        var scales = Start + (group * Stride) + Format.CodeBytes + (2 * r);
        for (var b = 0; b < Blocks; b++, codes += Format.UnitBytes, scales += Format.UnitBytes)
        {
            var block = row.Slice(b * bytes, bytes);
            for (var j = 0; j < Format.CodeBytes / 64; j++)
                *(uint*)(codes + (64 * j)) = BinaryPrimitives.ReadUInt32LittleEndian(block[(Source.CodesAt + (4 * j))..]) ^ flip;
            for (var s = 0; s < Format.ScaleBytes / 32; s++)
            {
                var scale = BinaryPrimitives.ReadUInt16LittleEndian(block[(2 * s)..]);
                if ((scale & 0x7C00) == 0x7C00)
                    ThrowUnlessFinite(float.NaN);
                *(ushort*)(scales + (32 * s)) = scale;
            }
        }
    }

    void UnpackBlock(int group, int r, int b, Span<byte> block)
    {
        var flip = Format.CodeFlip * 0x01010101u;
        var unit = Start + (group * Stride) + ((long)b * Format.UnitBytes);
        byte* codes = unit + (4 * r), scales = unit + Format.CodeBytes + (2 * r);
        for (var j = 0; j < Format.CodeBytes / 64; j++)
            BinaryPrimitives.WriteUInt32LittleEndian(block[(Format.CodesAt + (4 * j))..], *(uint*)(codes + (64 * j)) ^ flip);
        for (var s = 0; s < Format.ScaleBytes / 32; s++)
            BinaryPrimitives.WriteUInt16LittleEndian(block[(2 * s)..], *(ushort*)(scales + (32 * s)));
    }

    static void ThrowUnlessFinite(float number)
    {
        if (!float.IsFinite(number))
            throw new InvalidDataException("A weight is infinite or not a number. The file is damaged, or its conversion overflowed; take another copy.");
    }
}
