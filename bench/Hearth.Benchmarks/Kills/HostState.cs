using Hearth.Benchmarks.Machine;

namespace Hearth.Benchmarks.Kills;

/// <summary>What a host holds: it must not grow with the number of workers that came and went.</summary>
/// <param name="Open">Open descriptors by kind, or by path; but for libraries, which the runtime opens when it first needs them.</param>
/// <param name="Threads">Threads, but for those of the runtime's own pools, which come and go.</param>
/// <param name="Children">Processes that it started, ended ones that nobody waited for among them.</param>
/// <param name="ManagedBytes">Live objects.</param>
/// <param name="AnonymousBytes">Resident memory that belongs to no file.</param>
sealed record HostState(IReadOnlyDictionary<string, int> Open, int Threads, int Children, long ManagedBytes, long AnonymousBytes)
{
    static readonly TimeSpan Settling = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromMilliseconds(100);

    internal int Descriptors => Open.Values.Sum();

    /// <summary>This process, once what ends by itself has had the time to: no more than <paramref name="expected"/>, or whatever it is after a minute.</summary>
    internal static async Task<HostState> SettleAsync(HostState? expected)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (true)
        {
            var now = Now();
            var settled = expected is null ? now.Children == 0 : now.Descriptors <= expected.Descriptors && now.Threads <= expected.Threads && now.Children == 0;
            if ((settled && clock.GetElapsedTime(start) >= Pause * 5) || clock.GetElapsedTime(start) > Settling)
                return now;
            await Task.Delay(Pause);
        }
    }

    static HostState Now()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new(
            Directory.GetFiles("/proc/self/fd").Select(Kind).OfType<string>().CountBy(kind => kind).ToDictionary(), Directory.GetDirectories("/proc/self/task").Count(IsOurs), ProcessTree.Children(Environment.ProcessId).Length,
            GC.GetTotalMemory(forceFullCollection: false), ProcessMemory.Of(Environment.ProcessId).Anonymous);
    }

    /// <summary>Sockets and pipes without their numbers; null for a library, and for the listing's own descriptor, which is closed by now.</summary>
    static string? Kind(string descriptor) => new FileInfo(descriptor).LinkTarget switch
    {
        null => null,
        var library when library.EndsWith(".dll", StringComparison.Ordinal) || library.EndsWith(".so", StringComparison.Ordinal) => null,
        ['/', ..] and var path => path,
        var other => other.Split(":[")[0],
    };

    static bool IsOurs(string thread)
    {
        try
        {
            return !File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(".NET", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended meanwhile
        }
    }
}
