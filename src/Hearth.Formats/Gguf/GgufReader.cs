using System.Buffers.Binary;
using System.Text.Unicode;
using Hearth.Tensors.Memory;

namespace Hearth.Formats.Gguf;

/// <summary>Reads forward through the head of a file. A length or a count is believed only if the rest of the file could hold it.</summary>
sealed class GgufReader(MappedFile file, long start = 0)
{
    internal long Position { get; private set; } = start;

    /// <summary>What is being read, for messages: a key, the name of a tensor, or nothing.</summary>
    internal string About { get; set; } = "";

    long Rest => file.Length - Position;

    /// <summary>The next bytes; borrowed from the map.</summary>
    internal ReadOnlySpan<byte> Take(int length, string what)
    {
        var at = Position;
        Skip(length, what);
        return file.Slice(at, length);
    }

    internal void Skip(long length, string what)
    {
        if (length > Rest)
            throw Refuse($"The file ends inside {what}: {length} bytes are needed, {Rest} are left");
        Position += length;
    }

    internal uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint), what));

    internal ulong ReadUInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong), what));

    /// <summary>Reads how many items follow, of which each takes at least <paramref name="minBytesEach"/>.</summary>
    internal int ReadCount(string what, int minBytesEach, int limit = int.MaxValue)
    {
        var count = ReadUInt64(what);
        var room = (ulong)(Rest / minBytesEach);
        if (count > room)
            throw Refuse($"The file claims {count} {what}, but its last {Rest} bytes hold at most {room}");
        return count <= (ulong)limit ? (int)count : throw Refuse($"The file claims {count} {what}; at most {limit} are accepted");
    }

    /// <summary>Reads a length and that many bytes of UTF-8; borrowed from the map.</summary>
    internal ReadOnlySpan<byte> ReadString(string what, int limit)
    {
        var length = ReadUInt64(what);
        if (length > (ulong)limit)
            throw Refuse($"The length of {what} is {length} bytes; at most {limit} are accepted");
        var text = Take((int)length, what);
        return Utf8.IsValid(text) ? text : throw Refuse($"The {length} bytes of {what} are not UTF-8 text");
    }

    /// <summary>The error for a file that breaks a rule. The finding says what was found and what was expected.</summary>
    internal InvalidDataException Refuse(string finding) => GgufError.At(Position, About, finding);
}
