using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;
using Hearth.Workers.Supervision;

namespace Hearth.Workers.Client;

/// <summary>A model file that a worker process has open: nothing in this process parses it.</summary>
/// <remarks>
/// A worker that dies, hangs, breaks the protocol or takes too much memory is ended. What it was answering fails with
/// <see cref="FailureCode.WorkerLost"/> and the reason; the next request starts a new worker, with the model loaded as before.
/// </remarks>
public sealed class WorkerModelFile : IModelFile
{
    readonly WorkerSupervisor _supervisor;
    readonly ModelHandles? _model;
    int _loads;

    internal WorkerModelFile(WorkerSupervisor supervisor, ModelHandles? model = null) => (_supervisor, _model) = (supervisor, model);

    /// <summary>The number of the worker's process, or null where none runs.</summary>
    public int? WorkerProcessId => _supervisor.Process?.Id;

    /// <summary>What the operating system enforces for the worker, or null where none runs.</summary>
    public ConfinementReport? Confinement => (_supervisor.Process as ConfinedWorker)?.Report;

    /// <summary>How many system calls of the worker were denied and counted; null where none runs or nothing counts them.</summary>
    public long? DeniedCount => (_supervisor.Process as ConfinedWorker)?.DeniedCount;

    /// <summary>Opens the files of the model and its adapters and starts a worker for them.</summary>
    /// <exception cref="EngineException">There is no such file, no worker program or no confinement here; or the worker did not start.</exception>
    public static async Task<WorkerModelFile> OpenAsync(WorkerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var model = ModelHandles.Open(options.ModelPaths, options.AdapterPaths);
        var program = new Lazy<WorkerProgram>(() => options.WorkerPath is { } worker ? WorkerProgram.At(worker) : WorkerProgram.Find());
        var supervisor = new WorkerSupervisor(() => ConfinedWorker.Start(program.Value, model, options), options);
        var file = new WorkerModelFile(supervisor, model);
        try
        {
            await supervisor.LinkAsync(cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default)
    {
        var link = await _supervisor.LinkAsync(cancellationToken);
        return await link.AskAsync<int, ModelInspection>(Dialogue.Inspect, contextLength, InspectionMessages.WriteContextLength, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken = default)
    {
        var link = await _supervisor.LinkAsync(cancellationToken);
        return await link.AskAsync<TokenizeRequest, int[]>(Dialogue.Tokenize, new(text, parseSpecial), TextMessages.Write, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var link = await _supervisor.LinkAsync(cancellationToken);
        return await link.AskAsync<IReadOnlyList<int>, PrivateText>(Dialogue.Detokenize, tokens, TextMessages.WriteDetokenize, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var link = await _supervisor.LinkAsync(cancellationToken);
        return await link.AskAsync<RenderRequest, PrivateText>(Dialogue.Render, request, TextMessages.Write, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestRules.Check(request);
        var link = await _supervisor.LinkAsync(cancellationToken);
        var rules = new MachineRules(request.Types);
        return await link.AskAsync<MachineRequest, MachineSpeed>(Dialogue.MeasureMachine, request, MachineMessages.Write, cancellationToken, rules.Check);
    }

    /// <inheritdoc/>
    public async Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Interlocked.Exchange(ref _loads, 1) != 0)
            throw new InvalidOperationException("A model file is loaded at most once: open it again.");

        return new WorkerEngine(_supervisor, await _supervisor.LoadAsync(options, progress, cancellationToken));
    }

    /// <summary>Ends the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        _model?.Dispose();
    }
}
