using System.Diagnostics;

namespace Hearth.Fuzz;

/// <summary>What one execution may take: a second, and eight times its input beside the target's own megabytes.</summary>
static class FuzzLimits
{
    const int BytesPerByte = 8;

    /// <summary>What takes long by itself does so each time.</summary>
    const int MostTries = 5;

    static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    internal static void Run(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var time = Time(target, input);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        for (var tries = 1; time > MaxTime && tries < MostTries; tries++)
            time = Time(target, input);
        if (time > MaxTime)
            throw new FuzzFinding($"{input.Length} bytes took {time.TotalSeconds:F1} seconds; at most {MaxTime.TotalSeconds} are allowed.");
        if (allocated > target.FreeBytes + (long)BytesPerByte * input.Length)
            throw new FuzzFinding($"{input.Length} bytes made the reader allocate {allocated}.");
    }

    /// <summary>What other programs took is no finding; what other threads of this one took, the tries even out; what never ends, libFuzzer ends.</summary>
    static TimeSpan Time(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        target.Run(input);
        var time = Stopwatch.GetElapsedTime(start);
        return time > MaxTime && Environment.CpuUsage.TotalTime - used is var own && own < time ? own : time;
    }
}
