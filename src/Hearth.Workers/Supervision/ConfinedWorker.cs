using Hearth.Confinement;
using Hearth.Workers.Client;

namespace Hearth.Workers.Supervision;

/// <summary>A worker in a process of its own: no sockets, no files but the model's, nothing of our environment.</summary>
sealed class ConfinedWorker : IWorkerProcess
{
    readonly ConfinedProcess _process;

    ConfinedWorker(ConfinedProcess process) => _process = process;

    public int Id => _process.Id;

    public Stream Link => _process.Link;

    /// <summary>What the operating system enforces for it.</summary>
    internal ConfinementReport Report => _process.Report;

    /// <summary>How many of its system calls were denied and counted; null where nothing counts them.</summary>
    internal long? DeniedCount => _process.DeniedCount;

    /// <summary>Starts the program with the files of the model, if any, as descriptors 4 and up, and those of its adapters behind them.</summary>
    internal static ConfinedWorker Start(WorkerProgram program, ModelHandles model, WorkerOptions options)
        => new(program.Start(
            [$"--parts={model.Parts.Count}", $"--adapters={model.Adapters.Count}"], [.. model.Parts, .. model.Adapters], options.Unconfined, options.OnDenied, options.Clock));

    public Task<ProcessExit> ExitAsync() => _process.WaitForExitAsync();

    public void Kill() => _process.Kill();

    public long? AnonymousBytes() => ProcessMemory.Anonymous(Id);

    public void Dispose() => _process.Dispose();
}
