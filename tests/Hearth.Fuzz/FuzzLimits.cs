using System.Diagnostics;

namespace Hearth.Fuzz;

/// <summary>What one execution may take: a second, and eight times its input beside the target's own megabytes.</summary>
static class FuzzLimits
{
    const int BytesPerByte = 8;
    static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    internal static void Run(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        target.Run(input);
        var time = Stopwatch.GetElapsedTime(start);
        // What other programs took is no finding; what never ends, libFuzzer ends.
        if (time > MaxTime && Environment.CpuUsage.TotalTime - used is var own && own < time)
            time = own;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (time > MaxTime)
            throw new FuzzFinding($"{input.Length} bytes took {time.TotalSeconds:F1} seconds; at most {MaxTime.TotalSeconds} are allowed.");
        if (allocated > target.FreeBytes + (long)BytesPerByte * input.Length)
            throw new FuzzFinding($"{input.Length} bytes made the reader allocate {allocated}.");
    }
}
