using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Supervision;

/// <summary>Keeps a worker running: starts one when it is needed, and after a loss a new one, with the model loaded as before.</summary>
/// <remarks>What was being answered when a worker was lost fails with the reason; the caller keeps the conversation and asks again.</remarks>
sealed class WorkerSupervisor(Func<IWorkerProcess> start, WorkerOptions options) : IAsyncDisposable
{
    readonly SemaphoreSlim _gate = new(1);
    readonly Queue<long> _losses = new();
    WorkerSession? _session;
    (LoadOptions Options, IProgress<LoadProgress>? Progress)? _load;
    EngineException? _lastLoss;
    bool _disposed;

    /// <summary>The present worker's process, or null.</summary>
    internal IWorkerProcess? Process => _session?.Process;

    /// <summary>A link to a living worker, with the model loaded if it was loaded once.</summary>
    internal async Task<WorkerLink> LinkAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(IModelFile));
            if (_session is { } session)
            {
                await session.Settled;
                if (session.Lost is null)
                    return session.Link;
            }

            await BuryAsync();
            _session = await BeginAsync(cancellationToken);
            return _session.Link;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Loads the model, now and in every worker to come.</summary>
    internal async Task<LoadedModel> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        RequestRules.Check(options);
        var model = await LoadAsync(await LinkAsync(cancellationToken), options, progress, cancellationToken);
        _load = (options, progress);
        return model;
    }

    /// <summary>Lets the worker go, and with it the loaded model's memory.</summary>
    internal async Task UnloadAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _load = null;
            if (_session is { } session)
                await session.DisposeAsync();
            _session = null;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await UnloadAsync();
    }

    async Task<WorkerSession> BeginAsync(CancellationToken cancellationToken)
    {
        WorkerSession? session = null;
        try
        {
            session = await WorkerSession.BeginAsync(start(), options, cancellationToken);
            if (_load is { } load)
                await LoadAsync(session.Link, load.Options, load.Progress, cancellationToken);
            return session;
        }
        catch (Exception e)
        {
            // A worker that is lost before it is ready counts too: otherwise every request would start another one.
            if (e is EngineException { Code: FailureCode.WorkerLost } loss)
                Count(loss);
            if (session is not null)
                await session.DisposeAsync();
            throw;
        }
    }

    void Count(EngineException loss)
    {
        _lastLoss = loss;
        _losses.Enqueue(options.Clock.GetTimestamp());
    }

    static async Task<LoadedModel> LoadAsync(WorkerLink link, LoadOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        await foreach (var reply in link.StreamAsync(Dialogue.Load, 0, options, LoadMessages.Write, null, cancellationToken))
        {
            if (reply is LoadedModel model)
                return model;

            progress?.Report((LoadProgress)reply);
        }

        throw new EngineException(FailureCode.WorkerLost, "The worker ended loading without a model.");
    }

    /// <summary>Clears a lost worker away, and refuses to start another where too many were lost.</summary>
    async Task BuryAsync()
    {
        if (_session is { Lost: { } reason } session)
        {
            await session.DisposeAsync();
            _session = null;
            Count(reason);
        }

        while (_losses.TryPeek(out var oldest) && options.Clock.GetElapsedTime(oldest) > options.LossWindow)
            _losses.Dequeue();
        if (_losses.Count >= options.LossLimit)
            throw Obituary.TooOften(_losses.Count, options.LossWindow, _lastLoss!);
    }
}
