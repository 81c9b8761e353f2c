namespace Hearth.Confinement.Egress;

/// <summary>What the kernel says of the threads of a process. Landlock and closed descriptors can't be seen from outside.</summary>
/// <param name="Threads">How many there are.</param>
/// <param name="NoNewPrivileges">How many of them can gain no privilege.</param>
/// <param name="Filtered">How many have a system-call filter.</param>
/// <param name="FewestFilters">The filters of the thread that has the fewest.</param>
/// <param name="Confined">How many have both, and more filters than the reader, who may run in a container that filters everybody.</param>
public sealed record ThreadRestrictions(int Threads, int NoNewPrivileges, int Filtered, int FewestFilters, int Confined)
{
    // Documentation/filesystems/proc.rst: 0 is off, 1 strict, 2 a filter.
    const int FilterMode = 2;

    const string FilterCount = "Seccomp_filters";

    /// <summary>Reads them; null where that is impossible.</summary>
    public static ThreadRestrictions? Of(int process)
    {
        if (ProcFile.Numbers(ProcFile.Path(process, "task")) is not { } threads || ProcFile.Read("/proc/self/status") is not { } own)
            return null;
        var statuses = new List<string>();
        foreach (var thread in threads)
        {
            if (ProcFile.Read(process, $"task/{thread}/status") is { } status)
                statuses.Add(status);
            else if (Directory.Exists(ProcFile.Path(process, $"task/{thread}")))
                return null;
        }

        return Sum(statuses, own);
    }

    /// <summary>Pure: from status files to the sums; null where one of them says nothing of a restriction.</summary>
    internal static ThreadRestrictions? Sum(IReadOnlyList<string> threads, string reader)
    {
        if (threads.Count == 0 || ProcFile.Number(reader, FilterCount) is not { } usual)
            return null;
        var (privileges, filtered, fewest, confined) = (0, 0, int.MaxValue, 0);
        foreach (var thread in threads)
        {
            if (ProcFile.Number(thread, "NoNewPrivs") is not { } noNew || ProcFile.Number(thread, "Seccomp") is not { } mode
                || ProcFile.Number(thread, FilterCount) is not { } filters || filters > int.MaxValue)
                return null;
            privileges += noNew == 1 ? 1 : 0;
            filtered += mode == FilterMode ? 1 : 0;
            fewest = Math.Min(fewest, (int)filters);
            confined += noNew == 1 && mode == FilterMode && filters > usual ? 1 : 0;
        }

        return new(threads.Count, privileges, filtered, fewest, confined);
    }
}
