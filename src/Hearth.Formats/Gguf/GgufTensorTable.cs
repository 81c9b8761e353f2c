using System.Numerics;
using Hearth.Tensors.Memory;

namespace Hearth.Formats.Gguf;

/// <summary>Puts the tensors where the file says, and sees that this is where they must be.</summary>
static class GgufTensorTable
{
    /// <summary>The tensors by name, in file order: each starts where the one before it ends, rounded up to the alignment.</summary>
    /// <param name="infos">What the file says, in its order.</param>
    /// <param name="dataStart">The first byte of the data.</param>
    /// <param name="alignment">A power of two.</param>
    /// <param name="file">The file that holds them.</param>
    internal static OrderedDictionary<string, GgufTensor> Place(ReadOnlySpan<GgufTensorInfo> infos, long dataStart, ulong alignment, MappedFile file)
    {
        var tensors = new OrderedDictionary<string, GgufTensor>(infos.Length);
        ulong next = 0;
        foreach (var (name, type, shape, bytes, offset) in infos)
        {
            if (offset % alignment != 0)
                throw GgufError.Of($"The tensor {Printable.Text(name)} has the offset {offset}, which is not a multiple of the alignment {alignment}");
            if (offset != next)
                throw GgufError.Of($"The tensor {Printable.Text(name)} has the offset {offset}, but the tensors before it end at {next}");
            var room = file.Length - dataStart - (Int128)offset;
            if (bytes > room)
                throw GgufError.Of($"The tensor {Printable.Text(name)} takes {bytes} bytes, but the file holds {Int128.Max(room, 0)} of them");
            if (!tensors.TryAdd(name, new(name, type, shape, file, dataStart + (long)offset, bytes)))
                throw GgufError.Of($"The tensor {Printable.Text(name)} occurs twice");
            next = RoundUp(offset + (ulong)bytes, alignment);
        }

        return tensors;
    }

    /// <summary>The next multiple of a power of two.</summary>
    internal static T RoundUp<T>(T value, T alignment) where T : IBinaryInteger<T> => (value + alignment - T.One) / alignment * alignment;
}
