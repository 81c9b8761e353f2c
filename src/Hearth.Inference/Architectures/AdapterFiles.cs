using Hearth.Formats.Gguf;
using Hearth.Requests;
using Hearth.Requests.Models;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Inference.Architectures;

/// <summary>The adapters that a model file was opened with. Owned: closed by <see cref="Dispose"/>.</summary>
sealed class AdapterFiles : IDisposable
{
    readonly List<(GgufFile? File, string Fault)> _all = [];

    AdapterFiles()
    {
    }

    /// <summary>Opens them by descriptors, which may be closed afterwards. One that breaks its format is refused later, when its name is known.</summary>
    /// <exception cref="IOException">A file cannot be mapped.</exception>
    internal static AdapterFiles Open(IReadOnlyList<SafeFileHandle> handles)
    {
        var files = new AdapterFiles();
        try
        {
            foreach (var handle in handles)
                files._all.Add(Open(handle));
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The adapters with the names and scales of a load.</summary>
    /// <exception cref="EngineException">There are not as many as files, or a file is not GGUF.</exception>
    internal IReadOnlyList<Adapter> For(LoadOptions options)
    {
        var uses = options.Adapters;
        if (uses.Count != _all.Count)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"{uses.Count} adapters are to be used, and {_all.Count} were opened with the model.", "one use for each adapter that was opened",
                "Open the model with all its adapters, and name each in the load options.");
        }

        return [.. uses.Zip(_all, (use, opened) => new Adapter(use.Name, opened.File ?? throw Adapters.Refused(use.Name, opened.Fault, "a GGUF file", ""), use.Scale))];
    }

    public void Dispose() => _all.ForEach(opened => opened.File?.Dispose());

    static (GgufFile?, string) Open(SafeFileHandle handle)
    {
        try
        {
            return (GgufFile.Open(handle), "");
        }
        catch (InvalidDataException e)
        {
            return (null, e.Message);
        }
    }
}
