using System.Numerics;
using Hearth.Tensors.Memory;

namespace Hearth.Formats.Gguf;

/// <summary>The first 24 bytes: magic, version, counts.</summary>
/// <param name="Version">2 or 3; they differ only in what 3 allows, files of the other endianness.</param>
/// <param name="Tensors">Tensors; the file is long enough for so many.</param>
/// <param name="Entries">Metadata entries; the file is long enough for so many.</param>
readonly record struct GgufHeader(int Version, int Tensors, int Entries)
{
    const uint DefaultAlignment = 32;
    const string AlignmentKey = "general.alignment";

    static ReadOnlySpan<byte> Magic => "GGUF"u8;

    internal static GgufHeader Read(GgufReader reader)
    {
        var magic = reader.Take(Magic.Length, "the first bytes");
        if (!magic.SequenceEqual(Magic))
            throw new InvalidDataException($"This is not a GGUF file: it starts with the bytes {Convert.ToHexString(magic)}, but should with 47475546 (\"GGUF\"). Choose a model in GGUF format.");
        var version = CheckVersion(reader.ReadUInt32("the version"));
        var tensors = reader.ReadCount("tensors", GgufTensorInfo.MinBytes);
        return new(version, tensors, reader.ReadCount("metadata entries", GgufMetadataReader.MinEntryBytes));
    }

    static int CheckVersion(uint version) => version switch
    {
        2 or 3 => (int)version,
        1 => throw new InvalidDataException("The file has version 1 of GGUF, but only 2 and 3 can be read. Convert the model again with a current tool."),
        _ when BitConverter.IsLittleEndian && ReverseEndianness(version) is >= 1 and <= 0xFFFF => throw new InvalidDataException(
            $"The file has version {ReverseEndianness(version)} of GGUF in big-endian byte order, but only little-endian can be read. Fetch the little-endian file."),
        _ => throw new InvalidDataException($"The file has version {version} of GGUF, but only 2 and 3 can be read. Fetch the model in one of these, or update this program."),
    };

    static uint ReverseEndianness(uint version) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(version);

    internal static uint ReadAlignment(MappedFile file, OrderedDictionary<string, GgufValue> values)
    {
        if (!values.TryGetValue(AlignmentKey, out var value))
            return DefaultAlignment;
        if (value.Type != GgufValueType.U32)
            throw GgufError.Of($"{AlignmentKey} has the type {value.TypeName}, but must be u32");
        var alignment = (uint)GgufNumbers.Integer(value.Type, file.Slice(value.Offset, value.Length));
        return BitOperations.IsPow2(alignment) ? alignment : throw GgufError.Of($"{AlignmentKey} is {alignment}, but must be a power of two");
    }
}
