using Hearth.Requests;
using Hearth.Workers.Client;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Workers.Supervision;

/// <summary>Looks at a worker once an interval: does it answer, does it get on, is it too large?</summary>
sealed class Watch(WorkerLink link, IWorkerProcess process, WatchLimits limits, TimeProvider clock)
{
    Pong _pulse;
    long _replies = -1;
    long _changed = clock.GetTimestamp();

    /// <summary>Waits an interval and looks; null where all is well.</summary>
    internal async Task<EngineException?> NextAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(limits.Interval, clock, cancellationToken);
        if (limits.Memory > 0 && process.AnonymousBytes() is { } bytes && bytes > limits.Memory)
            return Obituary.TooLarge(bytes, limits.Memory);

        try
        {
            return Progress(await link.PingAsync().WaitAsync(limits.Silence, clock, cancellationToken));
        }
        catch (TimeoutException)
        {
            return Obituary.Hung(limits.Silence);
        }
    }

    /// <summary>A busy worker ends passes or sends replies; one that does neither while something is asked is stuck.</summary>
    EngineException? Progress(Pong pulse)
    {
        if (pulse != _pulse || link.RepliesRead != _replies || !link.Waits)
            (_pulse, _replies, _changed) = (pulse, link.RepliesRead, clock.GetTimestamp());

        return clock.GetElapsedTime(_changed) > limits.Standstill ? Obituary.Stuck(limits.Standstill) : null;
    }
}
