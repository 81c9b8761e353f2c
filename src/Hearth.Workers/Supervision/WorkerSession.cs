using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Workers.Client;

namespace Hearth.Workers.Supervision;

/// <summary>One worker from its start to its end: watched, and its end explained to everybody who waits for a reply.</summary>
sealed class WorkerSession : IAsyncDisposable
{
    /// <summary>From Shutdown to the end of the process.</summary>
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    readonly IWorkerProcess _process;
    readonly WorkerOptions _options;
    readonly CancellationTokenSource _over = new();
    readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _mourning;
    readonly Task _greeting;
    readonly Task _watch;
    EngineException? _verdict;
    volatile bool _dismissed;

    WorkerSession(IWorkerProcess process, WorkerOptions options)
    {
        (_process, _options) = (process, options);
        Link = new(process.Link, options.InlineReplies);
        _mourning = MournAsync();
        // Before the watch's first ping, however late this thread comes to go on: a worker takes nothing before a greeting.
        _greeting = Link.GreetAsync();
        _watch = WatchAsync();
    }

    /// <summary>The way to ask it something.</summary>
    internal WorkerLink Link { get; }

    /// <summary>Its process.</summary>
    internal IWorkerProcess Process => _process;

    /// <summary>Why it is gone, or null while it lives.</summary>
    internal EngineException? Lost { get; private set; }

    /// <summary>Ends when it is known whether it lives: at once, unless its link is closed and the reason is still being looked for.</summary>
    internal Task Settled => Link.Ended.IsCompleted ? _mourning : Task.CompletedTask;

    /// <summary>Starts watching a process, and waits for its greeting.</summary>
    internal static async Task<WorkerSession> BeginAsync(IWorkerProcess process, WorkerOptions options, CancellationToken cancellationToken)
    {
        var session = Watched(process, options);
        try
        {
            await session._greeting.WaitAsync(options.StartLimit, options.Clock, cancellationToken);
            return session;
        }
        catch (TimeoutException)
        {
            session.End(Obituary.DidNotStart(options.StartLimit));
            await session.DisposeAsync();
            throw session.Lost!;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>The link needs threads, and where the system gives none, the process must not live on without a host.</summary>
    static WorkerSession Watched(IWorkerProcess process, WorkerOptions options)
    {
        try
        {
            return new(process, options);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ends the process; the reason is what everybody hears.</summary>
    void End(EngineException verdict)
    {
        Interlocked.CompareExchange(ref _verdict, verdict, null);
        _process.Kill();
        _killed.TrySetResult();
    }

    /// <summary>Waits for the end of the link, finds out why, and tells it.</summary>
    async Task MournAsync()
    {
        // A worker that was told to end may cancel what it was asked: nobody accuses it of that.
        if (await EndOfLinkAsync() is { } rule && !_dismissed)
            End(Obituary.BrokeTheProtocol(rule));

        var exit = await ExitAsync(Farewell);
        Lost = _verdict ?? (_dismissed ? Obituary.Closed() : Obituary.Ended(exit));
        await _over.CancelAsync();
        Link.Fail(Lost);
    }

    /// <summary>The rule that the worker broke, if that is why.</summary>
    async Task<string?> EndOfLinkAsync()
    {
        if (await Task.WhenAny(Link.Ended, _killed.Task) == Link.Ended)
            return await Link.Ended;

        // Even a killed process lives on while it waits for a broken disk, and its end of the link with it; nobody has to wait.
        await Task.WhenAny(Link.Ended, Task.Delay(Farewell, _options.Clock));
        return null;
    }

    /// <summary>A process whose link is closed has no reason to live on.</summary>
    async Task<ProcessExit?> ExitAsync(TimeSpan limit)
    {
        var exit = _process.ExitAsync();
        if (await Task.WhenAny(exit, Task.Delay(limit, _options.Clock)) == exit)
            return await exit;

        _process.Kill();
        await Task.WhenAny(exit, Task.Delay(limit, _options.Clock));
        return null;
    }

    async Task WatchAsync()
    {
        var watch = new Watch(Link, _process, _options);
        try
        {
            while (await watch.NextAsync(_over.Token) is not { } verdict || Continue(verdict))
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or EngineException)
        {
            // The worker is gone: the mourner says why.
        }
    }

    bool Continue(EngineException verdict)
    {
        End(verdict);
        return false;
    }

    /// <summary>Lets the worker go: politely, then by force.</summary>
    public async ValueTask DisposeAsync()
    {
        _dismissed = true;
        if (!_mourning.IsCompleted)
        {
            Link.Shutdown();
            await Task.WhenAny(_mourning, Task.Delay(Farewell, _options.Clock));
            if (!_mourning.IsCompleted)
                End(Obituary.Closed());
            await _mourning;
        }

        await _watch;
        Link.Dispose();
        _process.Dispose();
        _over.Dispose();
    }
}
