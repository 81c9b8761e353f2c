namespace Hearth.Tests.Storage.Support;

/// <summary>A clock that stands until it is moved; its timers fire when it is.</summary>
sealed class ManualClock : TimeProvider
{
    readonly List<ManualTimer> _timers = [];
    DateTimeOffset _now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    internal void Advance(TimeSpan time)
    {
        _now += time;
        foreach (var timer in _timers)
            timer.FireIfDue();
    }

    sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        DateTimeOffset? _due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
            return true;
        }

        public void Dispose() => _due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void FireIfDue()
        {
            if (_due > clock._now || _due is null)
                return;
            _due = null;
            fire();
        }
    }
}
