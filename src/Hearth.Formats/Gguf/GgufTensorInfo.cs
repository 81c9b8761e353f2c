using System.Text;
using Hearth.Tensors.Quantization;

namespace Hearth.Formats.Gguf;

/// <summary>What the file says about a tensor, before it is known whether the tensor lies where it should.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">A known type.</param>
/// <param name="Shape">Positive dimensions whose product fits 63 bits.</param>
/// <param name="Bytes">The size that type and shape give.</param>
/// <param name="Offset">Its place behind the start of the data, unchecked.</param>
readonly record struct GgufTensorInfo(string Name, TensorType Type, long[] Shape, long Bytes, ulong Offset)
{
    /// <summary>A name's length, one character, the number of dimensions (which may be none), the type and the offset.</summary>
    internal const int MinBytes = 8 + 1 + 4 + 4 + 8;
    const int MaxNameBytes = 64, MaxDimensions = 4;

    /// <summary>A tensor without dimensions is one number, and gets the shape of one.</summary>
    static readonly long[] One = [1];

    internal static GgufTensorInfo[] ReadAll(GgufReader reader, int count)
    {
        var infos = new GgufTensorInfo[count];
        foreach (ref var info in infos.AsSpan())
        {
            reader.About = "";
            info = Read(reader);
        }

        reader.About = "";
        return infos;
    }

    static GgufTensorInfo Read(GgufReader reader)
    {
        var name = ReadName(reader);
        reader.About = name;
        var shape = ReadShape(reader);
        var id = reader.ReadUInt32("a tensor type");
        var type = unchecked((TensorType)id);
        if (!TensorTypes.TryGetBlock(type, out var block))
            throw reader.Refuse($"The tensor type is {id}, which no known version of the format defines");
        if (shape[0] % block.Elements != 0)
            throw reader.Refuse($"A row has {shape[0]} numbers, but {type} stores them in blocks of {block.Elements}");
        return new(name, type, shape, CountBytes(reader, shape, block), reader.ReadUInt64("a tensor's offset"));
    }

    static string ReadName(GgufReader reader)
    {
        var name = reader.ReadString("a tensor's name", MaxNameBytes);
        return name.IsEmpty ? throw reader.Refuse("A tensor's name is empty") : Encoding.UTF8.GetString(name);
    }

    static long[] ReadShape(GgufReader reader)
    {
        var dimensions = reader.ReadUInt32("a tensor's number of dimensions");
        if (dimensions > MaxDimensions)
            throw reader.Refuse($"A tensor has {dimensions} dimensions; at most {MaxDimensions} are possible");
        var shape = dimensions == 0 ? One : new long[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            var dimension = reader.ReadUInt64("a tensor's dimension");
            if (dimension is 0 or > long.MaxValue)
                throw reader.Refuse($"Dimension {i} of a tensor is {dimension}, but must be 1 to {long.MaxValue}");
            shape[i] = (long)dimension;
        }

        return shape;
    }

    static long CountBytes(GgufReader reader, long[] shape, TensorBlock block)
    {
        UInt128 elements = 1;
        foreach (var dimension in shape)
        {
            elements *= (ulong)dimension;
            if (elements > long.MaxValue)
                throw reader.Refuse($"The shape [{string.Join(", ", shape)}] has more than {long.MaxValue} numbers");
        }

        var bytes = elements / (uint)block.Elements * (uint)block.Bytes;
        return bytes <= long.MaxValue ? (long)bytes : throw reader.Refuse($"The shape [{string.Join(", ", shape)}] needs {bytes} bytes");
    }
}
