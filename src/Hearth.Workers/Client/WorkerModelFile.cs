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
    readonly string? _path;
    int _loads;

    /// <param name="supervisor">Keeps the worker running.</param>
    /// <param name="model">Its open files.</param>
    /// <param name="path">The file, or its first part, that errors of the model are about.</param>
    internal WorkerModelFile(WorkerSupervisor supervisor, ModelHandles? model = null, string? path = null) => (_supervisor, _model, _path) = (supervisor, model, path);

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
        // Where there are adapters, an error names the one that it is about.
        var file = new WorkerModelFile(supervisor, model, options is { ModelPaths: [var first, ..], AdapterPaths: [] } ? first : null);
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
    public Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default)
        => AskAsync<int, ModelInspection>(Dialogue.Inspect, contextLength, InspectionMessages.WriteContextLength, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken = default)
    {
        return await AskAsync<TokenizeRequest, int[]>(Dialogue.Tokenize, new(text, parseSpecial), TextMessages.Write, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return AskAsync<IReadOnlyList<int>, PrivateText>(Dialogue.Detokenize, tokens, TextMessages.WriteDetokenize, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AskAsync<RenderRequest, PrivateText>(Dialogue.Render, request, TextMessages.Write, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestRules.Check(request);
        var rules = new MachineRules(request.Types);
        return await AskAsync<MachineRequest, MachineSpeed>(Dialogue.MeasureMachine, request, MachineMessages.Write, cancellationToken, rules.Check);
    }

    /// <inheritdoc/>
    public async Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Interlocked.Exchange(ref _loads, 1) != 0)
            throw new InvalidOperationException("A model file is loaded at most once: open it again.");

        return new WorkerEngine(_supervisor, await NamedAsync(_supervisor.LoadAsync(options, progress, cancellationToken)));
    }

    /// <summary>Ends the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        _model?.Dispose();
    }

    async Task<TReply> AskAsync<TRequest, TReply>(
        Dialogue dialogue, TRequest request, Action<WireWriter, TRequest> encode, CancellationToken cancellationToken, Action<object>? check = null)
    {
        var link = await _supervisor.LinkAsync(cancellationToken);
        return await NamedAsync(link.AskAsync<TRequest, TReply>(dialogue, request, encode, cancellationToken, check));
    }

    /// <summary>A worker has descriptors: what the file is called, only its host can say.</summary>
    async Task<T> NamedAsync<T>(Task<T> reply)
    {
        try
        {
            return await reply;
        }
        catch (EngineException e) when (e.Code == FailureCode.InvalidModel && _path is not null)
        {
            throw new EngineException(e.Code, $"{_path}: {e.Message}", e.Expected, e.Remedy, e);
        }
    }
}
