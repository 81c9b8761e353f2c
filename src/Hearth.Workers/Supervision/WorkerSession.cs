using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Workers.Client;

namespace Hearth.Workers.Supervision;

/// <summary>One worker from its start to its end: watched, and its end explained to everybody who waits for a reply.</summary>
sealed class WorkerSession : IAsyncDisposable
{
    readonly IWorkerProcess _process;
    readonly WatchLimits _limits;
    readonly TimeProvider _clock;
    readonly CancellationTokenSource _over = new();
    readonly Task _mourning;
    readonly Task _watch;
    EngineException? _verdict;
    bool _dismissed;

    WorkerSession(IWorkerProcess process, WatchLimits limits, TimeProvider clock)
    {
        (_process, _limits, _clock) = (process, limits, clock);
        Link = new(process.Link);
        _mourning = MournAsync();
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

    /// <summary>Starts watching a process, and exchanges greetings with it.</summary>
    internal static async Task<WorkerSession> BeginAsync(IWorkerProcess process, WatchLimits limits, TimeProvider clock, CancellationToken cancellationToken)
    {
        var session = new WorkerSession(process, limits, clock);
        try
        {
            await session.Link.GreetAsync().WaitAsync(limits.Start, clock, cancellationToken);
            return session;
        }
        catch (TimeoutException)
        {
            session.End(Obituary.DidNotStart(limits.Start));
            await session._mourning;
            throw session.Lost!;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process; the reason is what everybody hears.</summary>
    void End(EngineException verdict)
    {
        Interlocked.CompareExchange(ref _verdict, verdict, null);
        _process.Kill();
    }

    /// <summary>Waits for the end of the link, finds out why, and tells it.</summary>
    async Task MournAsync()
    {
        var rule = await Link.Ended;
        if (rule is not null)
            End(Obituary.BrokeTheProtocol(rule));

        var exit = await ExitAsync(_limits.Farewell);
        Lost = _verdict ?? (_dismissed ? Obituary.Closed() : Obituary.Ended(exit));
        await _over.CancelAsync();
        Link.Fail(Lost);
    }

    /// <summary>A process whose link is closed has no reason to live on.</summary>
    async Task<ProcessExit?> ExitAsync(TimeSpan limit)
    {
        var exit = _process.ExitAsync();
        if (await Task.WhenAny(exit, Task.Delay(limit, _clock)) == exit)
            return await exit;

        // Even a killed process lives on while it waits for a broken disk; nobody has to wait with it.
        _process.Kill();
        await Task.WhenAny(exit, Task.Delay(limit, _clock));
        return null;
    }

    async Task WatchAsync()
    {
        var watch = new Watch(Link, _process, _limits, _clock);
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
            await Task.WhenAny(_mourning, Task.Delay(_limits.Farewell, _clock));
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
