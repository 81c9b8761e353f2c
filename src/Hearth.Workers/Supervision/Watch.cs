using Hearth.Requests;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Supervision;

/// <summary>Looks at a worker once an interval: does it answer, does it get on, is it too large?</summary>
sealed class Watch(WorkerLink link, IWorkerProcess process, WorkerOptions options)
{
    Pong _pulse;
    long _replies = -1;
    long _changed = options.Clock.GetTimestamp();

    /// <summary>Waits an interval and looks; null where all is well.</summary>
    internal async Task<EngineException?> NextAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.WatchInterval, options.Clock, cancellationToken);
        if (options.MemoryLimit > 0 && process.AnonymousBytes() is { } bytes && bytes > options.MemoryLimit)
            return Obituary.TooLarge(bytes, options.MemoryLimit);

        try
        {
            return Progress(await link.PingAsync().WaitAsync(options.SilenceLimit, options.Clock, cancellationToken));
        }
        catch (TimeoutException)
        {
            return Obituary.Hung(options.SilenceLimit);
        }
    }

    /// <summary>A busy worker ends passes or sends replies; one that does neither while something is asked is stuck.</summary>
    EngineException? Progress(Pong pulse)
    {
        if (pulse != _pulse || link.RepliesRead != _replies || !link.Waits)
            (_pulse, _replies, _changed) = (pulse, link.RepliesRead, options.Clock.GetTimestamp());

        return options.Clock.GetElapsedTime(_changed) > options.StandstillLimit ? Obituary.Stuck(options.StandstillLimit) : null;
    }
}
