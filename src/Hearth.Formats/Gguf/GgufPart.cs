using Hearth.Tensors.Memory;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Formats.Gguf;

/// <summary>One file of a model, read and checked by itself. Owned: unmapped by <see cref="Dispose"/>.</summary>
sealed class GgufPart : IDisposable
{
    readonly MappedFile _file;

    GgufPart(MappedFile file)
    {
        _file = file;
        var reader = new GgufReader(file);
        var header = GgufHeader.Read(reader);
        Version = header.Version;
        var values = GgufMetadataReader.Read(reader, header.Entries);
        Alignment = GgufHeader.ReadAlignment(file, values);
        var infos = GgufTensorInfo.ReadAll(reader, header.Tensors);
        Tensors = GgufTensorTable.Place(infos, GgufTensorTable.RoundUp(reader.Position, Alignment), (ulong)Alignment, file);
        Metadata = new(file, values);
    }

    internal int Version { get; }

    internal long Bytes => _file.Length;

    internal long Alignment { get; }

    internal GgufMetadata Metadata { get; }

    internal OrderedDictionary<string, GgufTensor> Tensors { get; }

    /// <exception cref="InvalidDataException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    internal static GgufPart Open(SafeFileHandle handle)
    {
        var file = new MappedFile(handle);
        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();
}
