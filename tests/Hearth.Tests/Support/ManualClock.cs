using System.Diagnostics;

namespace Hearth.Tests.Support;

/// <summary>A clock with one driver, the test: timers fire while it advances.</summary>
sealed class ManualClock : TimeProvider
{
    static readonly DateTimeOffset Start = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    readonly Lock _gate = new();
    readonly List<ManualTimer> _timers = [];
    long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    internal TimeSpan Elapsed => new(Interlocked.Read(ref _now));

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Advance(TimeSpan by)
    {
        var now = Interlocked.Add(ref _now, by.Ticks);
        ManualTimer[] due;
        lock (_gate)
        {
            due = [.. _timers.Where(t => t.Due <= now)];
            _timers.RemoveAll(t => t.Due <= now);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    /// <summary>Advances step by step, letting everybody else run in between. A slow machine takes more steps, so the limit is one of real time.</summary>
    internal async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan step)
    {
        for (var begun = Stopwatch.GetTimestamp(); !condition();)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
            Advance(step);
            if (Stopwatch.GetElapsedTime(begun) < Patience.Longest)
                continue;
            Assert.Fail($"It did not come about within {Elapsed} of this clock.");
        }
    }

    bool IsAwaited
    {
        get
        {
            lock (_gate)
                return _timers.Count > 0;
        }
    }

    /// <summary>Lets time pass by itself once it is disposed of: whoever waits by this clock while a failed test is tidied up would wait for ever.</summary>
    internal IDisposable GoOnAtTheEnd() => new End(this);

    sealed class End(ManualClock clock) : IDisposable
    {
        public void Dispose() => _ = GoOnAsync();

        async Task GoOnAsync()
        {
            // Until nobody has waited for five seconds: whoever does may wait again.
            for (var (begun, idle) = (Stopwatch.GetTimestamp(), 0); idle < 500 && Stopwatch.GetElapsedTime(begun) < Patience.Longest; idle = clock.IsAwaited ? 0 : idle + 1)
            {
                await Task.Delay(10);
                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        internal long Due { get; private set; }

        internal void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock.GetTimestamp() + dueTime.Ticks;
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
