using Microsoft.Win32.SafeHandles;

namespace Hearth.Formats.Gguf;

/// <summary>A GGUF model file, version 2 or 3, or all parts of a split one: metadata and tensors, mapped read-only. Owned: unmapped by <see cref="Dispose"/>.</summary>
/// <remarks>
/// ggml, <c>docs/gguf.md</c>, with the stricter rules of ggml's own reader: every count and offset is proved against the length of the file before
/// anything is allocated, tensors follow each other without gaps, and no name occurs twice. Opening reads the head of each file only, and allocates
/// less than eight times its length.
/// </remarks>
public sealed class GgufFile : IDisposable
{
    readonly IReadOnlyList<GgufPart> _parts;
    readonly OrderedDictionary<string, GgufTensor> _tensors;

    GgufFile(IReadOnlyList<GgufPart> parts) => (_parts, _tensors) = (parts, GgufSplit.Join(parts));

    /// <summary>The version of the format: 2 or 3.</summary>
    public int Version => _parts[0].Version;

    /// <summary>Files; more than one where the model is split.</summary>
    public int Parts => _parts.Count;

    /// <summary>Bytes of all files.</summary>
    public long FileBytes => _parts.Sum(part => part.Bytes);

    /// <summary>Tensors of the first file start at multiples of this power of two.</summary>
    public long Alignment => _parts[0].Alignment;

    /// <summary>All keys and values; of a split model those of the first part.</summary>
    public GgufMetadata Metadata => _parts[0].Metadata;

    /// <summary>All tensors in file order, part by part.</summary>
    public IReadOnlyList<GgufTensor> Tensors => _tensors.Values;

    /// <summary>Opens a file that is not split by its path.</summary>
    /// <exception cref="InvalidDataException">The file breaks a rule of the format; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be opened or mapped.</exception>
    public static GgufFile Open(string path)
    {
        using var handle = File.OpenHandle(path);
        return Open(handle);
    }

    /// <summary>Opens a file that is not split by a descriptor, which may be closed afterwards.</summary>
    /// <exception cref="InvalidDataException">The file breaks a rule of the format; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public static GgufFile Open(SafeFileHandle handle) => Open([handle]);

    /// <summary>Opens a file, or all parts of a split one in order, by descriptors, which may be closed afterwards.</summary>
    /// <exception cref="InvalidDataException">A file breaks a rule of the format, or the files do not belong together; the message says which.</exception>
    /// <exception cref="IOException">A file cannot be mapped.</exception>
    public static GgufFile Open(IReadOnlyList<SafeFileHandle> handles)
    {
        ArgumentNullException.ThrowIfNull(handles);
        ArgumentOutOfRangeException.ThrowIfZero(handles.Count);
        var parts = new List<GgufPart>(handles.Count);
        try
        {
            foreach (var handle in handles)
                parts.Add(GgufPart.Open(handle));
            return new(parts);
        }
        catch (InvalidDataException e) when (handles.Count > 1 && parts.Count < handles.Count)
        {
            parts.ForEach(part => part.Dispose());
            throw new InvalidDataException($"File {parts.Count + 1} of {handles.Count}: {e.Message}", e);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    /// <summary>The tensor of a name, or null.</summary>
    public GgufTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Unmaps the files: what was borrowed from them is no longer valid.</summary>
    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
    }
}
