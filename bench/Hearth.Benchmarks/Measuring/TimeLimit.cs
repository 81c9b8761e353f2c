namespace Hearth.Benchmarks.Measuring;

/// <summary>How long a check may go on before it stops between two runs.</summary>
sealed class TimeLimit(TimeProvider clock, TimeSpan limit)
{
    readonly long _start = clock.GetTimestamp();

    internal bool IsOver => clock.GetElapsedTime(_start) >= limit;
}
