using Hearth.Requests;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Workers.Client;

/// <summary>A model's files, opened for reading: the descriptors that a worker inherits. Their content is not looked at here. Owned: closed by <see cref="Dispose"/>.</summary>
sealed class ModelHandles : IDisposable
{
    readonly List<SafeFileHandle> _all = [];

    internal IReadOnlyList<SafeFileHandle> All => _all;

    /// <summary>Opens all of them, in order.</summary>
    /// <exception cref="EngineException">One is missing, empty or not readable; the message says which.</exception>
    internal static ModelHandles Open(IReadOnlyList<string> paths)
    {
        var handles = new ModelHandles();
        try
        {
            for (var i = 0; i < paths.Count; i++)
                handles._all.Add(Open(paths[i], paths.Count == 1 ? "" : $"Part {i + 1} of {paths.Count} cannot be used. "));
            return handles;
        }
        catch
        {
            handles.Dispose();
            throw;
        }
    }

    public void Dispose() => _all.ForEach(handle => handle.Dispose());

    static SafeFileHandle Open(string path, string which)
    {
        if (Directory.Exists(path))
            throw Refusal($"{which}{path} is a folder.", "name the file in it");
        if (!File.Exists(path))
            throw Refusal($"{which}There is no file {path}.", which.Length == 0 ? "check the path" : "fetch the missing part; all parts lie in one folder");

        try
        {
            // A pipe or a device has no length, and opening one could wait for ever. The length of a link would be its own.
            return new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length > 0
                ? File.OpenHandle(path)
                : throw Refusal($"{which}The file {path} is empty, or no ordinary file.", "copy or download the model again");
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
        => new(FailureCode.InvalidModel, found, "a model file that can be read", remedy, inner);
}
