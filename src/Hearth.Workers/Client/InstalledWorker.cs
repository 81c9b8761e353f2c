using Hearth.Requests;

namespace Hearth.Workers.Client;

/// <summary>The worker that is started for a model.</summary>
/// <param name="Path">The program, or the library of a managed one.</param>
public sealed record InstalledWorker(string Path)
{
    /// <summary>True for machine code; false for one that the runtime compiles while it runs.</summary>
    public bool IsNative => WorkerProgram.IsNative(Path);

    /// <summary>The one that was built or installed together with the running program, or null where there is none.</summary>
    public static InstalledWorker? Find()
    {
        try
        {
            return new(WorkerProgram.Locate(AppContext.BaseDirectory));
        }
        catch (EngineException)
        {
            return null;
        }
    }
}
