using System.Diagnostics;

namespace Hearth.Fuzz;

/// <summary>What one execution may take: a second, and one megabyte more than eight times its input.</summary>
static class FuzzLimits
{
    const int FreeBytes = 1 << 20, BytesPerByte = 8;
    static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    internal static void Run(FuzzAction action, ReadOnlySpan<byte> input)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        action(input);
        var time = Stopwatch.GetElapsedTime(start);
        // What other programs took is no finding; what never ends, libFuzzer ends.
        if (time > MaxTime && Environment.CpuUsage.TotalTime - used is var own && own < time)
            time = own;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (time > MaxTime)
            throw new FuzzFinding($"{input.Length} bytes took {time.TotalSeconds:F1} seconds; at most {MaxTime.TotalSeconds} are allowed.");
        if (allocated > FreeBytes + (long)BytesPerByte * input.Length)
            throw new FuzzFinding($"{input.Length} bytes made the reader allocate {allocated}.");
    }
}
