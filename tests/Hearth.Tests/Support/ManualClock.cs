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

    /// <summary>Advances step by step, letting everybody else run in between.</summary>
    internal async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan step, TimeSpan limit)
    {
        var end = Elapsed + limit;
        while (!condition())
        {
            Assert.True(Elapsed < end, $"It did not come about within {limit}.");
            await Task.Delay(1, TestContext.Current.CancellationToken);
            Advance(step);
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
