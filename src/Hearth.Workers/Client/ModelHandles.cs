using Hearth.Requests;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Workers.Client;

/// <summary>The files of a model and of its adapters, opened for reading: the descriptors that a worker inherits. Their content is not looked at here. Owned: closed by <see cref="Dispose"/>.</summary>
sealed class ModelHandles : IDisposable
{
    readonly List<SafeFileHandle> _parts = [], _adapters = [];

    /// <summary>The model's, in order.</summary>
    internal IReadOnlyList<SafeFileHandle> Parts => _parts;

    /// <summary>Those of its adapters, in order.</summary>
    internal IReadOnlyList<SafeFileHandle> Adapters => _adapters;

    /// <summary>Opens all of them.</summary>
    /// <exception cref="EngineException">One is missing, empty or not readable; the message says which.</exception>
    internal static ModelHandles Open(IReadOnlyList<string> paths, IReadOnlyList<string> adapters)
    {
        var handles = new ModelHandles();
        try
        {
            for (var i = 0; i < paths.Count; i++)
                handles._parts.Add(paths.Count == 1 ? Open(paths[i], "", "check the path") : Open(paths[i], $"Part {i + 1} of {paths.Count} cannot be used. ", "fetch the missing part; all parts lie in one folder"));
            foreach (var adapter in adapters)
                handles._adapters.Add(Open(adapter, "An adapter cannot be used. ", "check its path"));
            return handles;
        }
        catch
        {
            handles.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _parts.ForEach(handle => handle.Dispose());
        _adapters.ForEach(handle => handle.Dispose());
    }

    static SafeFileHandle Open(string path, string which, string whereMissing)
    {
        if (Directory.Exists(path))
            throw Refusal($"{which}{path} is a folder.", "name the file in it");
        if (!File.Exists(path))
            throw Refusal($"{which}There is no file {path}.", whereMissing);

        try
        {
            // A pipe or a device has no length, and opening one could wait for ever. The length of a link would be its own.
            return new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length > 0
                ? File.OpenHandle(path)
                : throw Refusal($"{which}The file {path} is empty, or no ordinary file.", "copy or download it again");
        }
        catch (UnauthorizedAccessException e)
        {
            throw Refusal($"{which}The file {path} may not be read by this user.", "change its permissions", e);
        }
        catch (IOException e)
        {
            throw Refusal($"{which}The file {path} cannot be opened: {e.Message}", "check the disk and who else uses the file", e);
        }
    }

    static EngineException Refusal(string found, string remedy, Exception? inner = null)
        => new(FailureCode.InvalidModel, found, "a file that can be read", remedy, inner);
}
