using Hearth.Formats.Gguf;
using Hearth.Tensors.Memory;

namespace Hearth.Tests.Support;

/// <summary>Writes a model file again as parts, as llama.cpp's gguf-split does: the keys go into the first part, the tensors are shared out in order.</summary>
static class SplitModel
{
    /// <summary>The paths of the parts, in order.</summary>
    internal static string[] Write(string source, string folder, string name, int count)
    {
        Directory.CreateDirectory(folder);
        using var file = GgufFile.Open(source);
        var paths = new string[count];
        for (var part = 0; part < count; part++)
        {
            var builder = new GgufBuilder();
            if (part == 0)
                AddMetadata(builder, source);
            builder.Entry("split.no", (ushort)part).Entry("split.count", (ushort)count).Entry("split.tensors.count", file.Tensors.Count);
            var (from, to) = (file.Tensors.Count * part / count, file.Tensors.Count * (part + 1) / count);
            foreach (var tensor in file.Tensors.Skip(from).Take(to - from))
                builder.Tensor(tensor.Name, tensor.Type, [.. tensor.Shape], tensor.File.Slice(tensor.Offset, (int)tensor.Bytes));
            paths[part] = Path.Combine(folder, FormattableString.Invariant($"{name}-{part + 1:D5}-of-{count:D5}.gguf"));
            File.WriteAllBytes(paths[part], builder.Build());
        }

        return paths;
    }

    static void AddMetadata(GgufBuilder builder, string source)
    {
        using var handle = File.OpenHandle(source);
        using var map = new MappedFile(handle);
        var reader = new GgufReader(map);
        var entries = GgufHeader.Read(reader).Entries;
        var start = reader.Position;
        GgufMetadataReader.Read(reader, entries);
        builder.Entries(map.Slice(start, (int)(reader.Position - start)), entries);
    }
}
