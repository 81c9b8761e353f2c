using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;

namespace Hearth.Formats.Gguf;

/// <summary>A tensor of a GGUF file: what it is called and where its numbers lie. Inside the file, checked when it was opened.</summary>
/// <param name="Name">Its name; unique, at most 64 bytes of UTF-8.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Shape">One to four dimensions, each at least 1; the first is the row, whose numbers are neighbours (ggml's ne0).</param>
/// <param name="File">The file, or the part of a split one, that holds its numbers. Borrowed from the <see cref="GgufFile"/>.</param>
/// <param name="Offset">Its first byte, counted from the start of <paramref name="File"/>; a multiple of that file's alignment.</param>
/// <param name="Bytes">How many bytes it takes.</param>
public sealed record GgufTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, MappedFile File, long Offset, long Bytes)
{
    /// <summary>Numbers in a row; a multiple of the type's block.</summary>
    public long RowLength => Shape[0];

    /// <summary>Rows of all further dimensions together.</summary>
    public long Rows => ElementCount / RowLength;

    /// <summary>Numbers in all.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
