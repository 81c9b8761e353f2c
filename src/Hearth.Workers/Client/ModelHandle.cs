using Hearth.Requests;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Workers.Client;

/// <summary>Opens a model file for reading, as the descriptor that a worker inherits. Its content is not looked at here.</summary>
static class ModelHandle
{
    internal static SafeFileHandle Open(string path)
    {
        if (Directory.Exists(path))
            throw Refusal($"{path} is a folder.", "name the file in it");
        if (!File.Exists(path))
            throw Refusal($"There is no file {path}.", "check the path");

        try
        {
            // A pipe or a device has no length, and opening one could wait for ever.
            return new FileInfo(path).Length > 0
                ? File.OpenHandle(path)
                : throw Refusal($"The file {path} is empty, or no ordinary file.", "copy or download the model again");
        }
        catch (UnauthorizedAccessException e)
        {
            throw Refusal($"The file {path} may not be read by this user.", "change its permissions", e);
        }
        catch (IOException e)
        {
            throw Refusal($"The file {path} cannot be opened: {e.Message}", "check the disk and who else uses the file", e);
        }
    }

    static EngineException Refusal(string found, string remedy, Exception? inner = null)
        => new(FailureCode.InvalidRequest, found, "a model file that can be read", remedy, inner);
}
