namespace Hearth.Formats.Gguf;

/// <summary>Walks over metadata values and checks them. Nothing is kept but their places, so that a large vocabulary costs no memory here.</summary>
static class GgufValueReader
{
    const int MaxStringBytes = 1 << 30;
    const int MaxElements = 1 << 24;
    const int MaxDepth = 4;

    internal static GgufValue Read(GgufReader reader, string key)
    {
        var type = ReadType(reader);
        // Vocabularies may be as long as the file allows; no other list of a model comes near the limit.
        var maxElements = key.StartsWith("tokenizer.", StringComparison.Ordinal) ? int.MaxValue : MaxElements;
        return type switch
        {
            GgufValueType.Array => ReadArray(reader, maxElements, depth: 1),
            GgufValueType.Str => ReadString(reader),
            _ => ReadNumbers(reader, type, type, 1),
        };
    }

    static GgufValueType ReadType(GgufReader reader)
    {
        var id = reader.ReadUInt32("a value type");
        return id < GgufValueTypes.Count
            ? (GgufValueType)id
            : throw reader.Refuse($"The value type is {id}, but only 0 to {GgufValueTypes.Count - 1} are defined");
    }

    static GgufValue ReadString(GgufReader reader)
    {
        var length = reader.ReadString("a string", MaxStringBytes).Length;
        return new(GgufValueType.Str, GgufValueType.Str, reader.Position - length, length, 1);
    }

    static GgufValue ReadArray(GgufReader reader, int maxElements, int depth)
    {
        if (depth > MaxDepth)
            throw reader.Refuse($"Arrays are nested more than {MaxDepth} deep");
        var element = ReadType(reader);
        var count = reader.ReadCount("array elements", element.MinBytes, maxElements);
        if (element is not (GgufValueType.Array or GgufValueType.Str))
            return ReadNumbers(reader, GgufValueType.Array, element, count);

        var start = reader.Position;
        for (var i = 0; i < count; i++)
        {
            if (element == GgufValueType.Array)
                ReadArray(reader, maxElements, depth + 1);
            else
                reader.ReadString("a string of an array", MaxStringBytes);
        }

        return new(GgufValueType.Array, element, start, ArrayBytes(reader, reader.Position - start), count);
    }

    static GgufValue ReadNumbers(GgufReader reader, GgufValueType type, GgufValueType element, int count)
    {
        var start = reader.Position;
        var bytes = reader.Take(ArrayBytes(reader, (long)count * element.MinBytes), "a value");
        if (element == GgufValueType.Bool && bytes.IndexOfAnyExcept<byte>(0, 1) is >= 0 and var bad)
            throw reader.Refuse($"A bool is {bytes[bad]}, but must be 0 or 1");
        return new(type, element, start, bytes.Length, count);
    }

    static int ArrayBytes(GgufReader reader, long length)
        => length <= int.MaxValue ? (int)length : throw reader.Refuse($"An array takes {length} bytes; at most {int.MaxValue} are accepted");
}
