using System.Buffers;
using System.Text;

namespace Hearth.Formats.Gguf;

/// <summary>Reads the keys and the places of their values.</summary>
static class GgufMetadataReader
{
    /// <summary>A key's length, one character, the type, and a value of one byte.</summary>
    internal const int MinEntryBytes = 8 + 1 + 4 + 1;
    const int MaxKeyBytes = 65_535;
    static readonly SearchValues<byte> KeyBytes = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    internal static OrderedDictionary<string, GgufValue> Read(GgufReader reader, int count)
    {
        var values = new OrderedDictionary<string, GgufValue>(count);
        for (var i = 0; i < count; i++)
        {
            reader.About = "";
            var key = ReadKey(reader);
            reader.About = key;
            if (!values.TryAdd(key, GgufValueReader.Read(reader, key)))
                throw reader.Refuse("The key occurs twice");
        }

        reader.About = "";
        return values;
    }

    static string ReadKey(GgufReader reader)
    {
        var bytes = reader.ReadString("a key", MaxKeyBytes);
        if (bytes.IsEmpty)
            throw reader.Refuse("A key is empty");
        if (bytes.IndexOfAnyExcept(KeyBytes) is >= 0 and var bad)
            throw reader.Refuse($"Byte {bad} of a key is {bytes[bad]}, but keys are printable ASCII");
        return Encoding.ASCII.GetString(bytes);
    }
}
