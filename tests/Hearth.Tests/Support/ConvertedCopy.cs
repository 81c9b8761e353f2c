using System.Buffers.Binary;
using System.Text;
using Hearth.Formats.Gguf;
using Hearth.Tensors.Memory;

namespace Hearth.Tests.Support;

/// <summary>Writes a model file again as another converter would have: other names of keys and tensors, and what it adds or leaves out.</summary>
static class ConvertedCopy
{
    /// <param name="source">The file.</param>
    /// <param name="target">The copy.</param>
    /// <param name="key">The name that a key gets; null leaves it out.</param>
    /// <param name="tensor">The name that a tensor gets.</param>
    /// <param name="more">Adds entries and tensors.</param>
    internal static void Write(string source, string target, Func<string, string?> key, Func<string, string>? tensor = null, Action<GgufBuilder>? more = null)
    {
        var builder = new GgufBuilder();
        AddMetadata(builder, source, key);
        using var file = GgufFile.Open(source);
        foreach (var part in file.Tensors)
            builder.Tensor(tensor?.Invoke(part.Name) ?? part.Name, part.Type, [.. part.Shape], part.File.Slice(part.Offset, (int)part.Bytes));
        more?.Invoke(builder);
        File.WriteAllBytes(target, builder.Build());
    }

    static void AddMetadata(GgufBuilder builder, string source, Func<string, string?> key)
    {
        using var handle = File.OpenHandle(source);
        using var map = new MappedFile(handle);
        var reader = new GgufReader(map);
        foreach (var (name, value) in GgufMetadataReader.Read(reader, GgufHeader.Read(reader).Entries))
        {
            if (key(name) is { } renamed)
                builder.Raw(Encoding.UTF8.GetBytes(renamed), (uint)value.Type, [.. Head(value), .. map.Slice(value.Offset, value.Length)]);
        }
    }

    /// <summary>What stands between a value's type and its bytes.</summary>
    static byte[] Head(GgufValue value)
    {
        var head = new byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)value.Element);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(4), value.IsArray ? value.Count : value.Length);
        return value.IsArray ? head : value.Type == GgufValueType.Str ? head[4..] : [];
    }
}
