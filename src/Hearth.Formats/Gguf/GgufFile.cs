using Hearth.Tensors.Memory;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Formats.Gguf;

/// <summary>A GGUF model file, version 2 or 3: metadata and tensors, mapped read-only. Owned: unmapped by <see cref="Dispose"/>.</summary>
/// <remarks>
/// ggml, <c>docs/gguf.md</c>, with the stricter rules of ggml's own reader: every count and offset is proved against the length of the file before
/// anything is allocated, tensors follow each other without gaps, and no name occurs twice. Opening reads the head of the file only, and allocates
/// less than eight times its length.
/// </remarks>
public sealed class GgufFile : IDisposable
{
    readonly OrderedDictionary<string, GgufTensor> _tensors;

    GgufFile(MappedFile file)
    {
        File = file;
        var reader = new GgufReader(file);
        var header = GgufHeader.Read(reader);
        Version = header.Version;
        var values = GgufMetadataReader.Read(reader, header.Entries);
        Alignment = GgufHeader.ReadAlignment(file, values);
        var infos = GgufTensorInfo.ReadAll(reader, header.Tensors);
        _tensors = GgufTensorTable.Place(infos, GgufTensorTable.RoundUp(reader.Position, Alignment), (ulong)Alignment, file.Length);
        Metadata = new(file, values);
    }

    /// <summary>The version of the format: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>Bytes of the file.</summary>
    public long FileBytes => File.Length;

    /// <summary>Tensors start at multiples of this power of two.</summary>
    public long Alignment { get; }

    /// <summary>All keys and values.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>All tensors in file order.</summary>
    public IReadOnlyList<GgufTensor> Tensors => _tensors.Values;

    /// <summary>The map, for the tensors' numbers. Owned by this object.</summary>
    public MappedFile File { get; }

    /// <summary>Opens a file by its path.</summary>
    /// <exception cref="InvalidDataException">The file breaks a rule of the format; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be opened or mapped.</exception>
    public static GgufFile Open(string path)
    {
        using var handle = System.IO.File.OpenHandle(path);
        return Open(handle);
    }

    /// <summary>Opens a file by a descriptor, which may be closed afterwards.</summary>
    /// <exception cref="InvalidDataException">The file breaks a rule of the format; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public static GgufFile Open(SafeFileHandle handle)
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

    /// <summary>The tensor of a name, or null.</summary>
    public GgufTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Unmaps the file: what was borrowed from it is no longer valid.</summary>
    public void Dispose() => File.Dispose();
}
