using System.Runtime.InteropServices;
using Hearth.Confinement;
using Hearth.Confinement.Egress;
using Hearth.Workers.Client;

namespace Hearth.Cli.Watching;

/// <summary>Looks at processes from outside: at those that were named, else at every host and worker of this user, and of all users where this one is root.</summary>
/// <param name="asked">Numbers of processes; none for those of Hearth.</param>
/// <param name="counting">Put them into control groups and count there.</param>
sealed class ProcessWatch(IReadOnlyList<int> asked, bool counting) : IDisposable
{
    const string HostProgram = "hearth";
    const int Root = 0;

    readonly RunningProcess? _self = RunningProcess.Find(Environment.ProcessId);
    readonly TrafficSnapshot _machine = TrafficSnapshot.Of(Environment.ProcessId);
    readonly Dictionary<(int Id, long StartTime), (CgroupCounter? Counter, string? Reason)> _counters = [];
    IReadOnlyList<WatchedProcess> _last = [];

    /// <summary>The processes that were named have all ended.</summary>
    internal bool Over => asked.Count > 0 && _last.All(p => p.Ended);

    /// <summary>Looks once.</summary>
    internal WatchFrame Look()
    {
        var running = RunningProcess.All();
        var seen = Select(running).OrderBy(p => Identity(p.Process) switch { var (id, start) => (start, id) }).Select(p => Observe(p.Process, p.Kind));
        var there = running.Select(Identity).ToHashSet();
        var gone = _last.Where(p => !p.Ended && !there.Contains(Identity(p.Process))).Select(Farewell);
        _last = [.. seen, .. gone];
        return new(_last, TrafficSnapshot.Of(Environment.ProcessId).Since(_machine));
    }

    /// <summary>Every process goes back where it was.</summary>
    public void Dispose()
    {
        foreach (var (counter, _) in _counters.Values)
            counter?.Dispose();
    }

    IEnumerable<(RunningProcess Process, string Kind)> Select(IReadOnlyList<RunningProcess> running)
    {
        if (asked.Count > 0)
            return running.Where(p => asked.Contains(p.Id)).Select(p => (p, Kind(p) ?? "process"));
        var visible = running.Where(p => p.Id != Environment.ProcessId && p.Parent != Environment.ProcessId && (_self?.User == Root || p.User == _self?.User)).ToList();
        // A worker could write another name into its command line; whose child it is it can't change.
        var hosts = visible.Where(p => Kind(p) == "host").Select(p => p.Id).ToHashSet();
        return visible.Select(p => (p, Kind(p) ?? (hosts.Contains(p.Parent) ? "child" : ""))).Where(p => p.Item2.Length > 0);
    }

    /// <summary>What a process is to Hearth, by its program's name; null where it is nothing.</summary>
    internal static string? Kind(RunningProcess process)
        => process.Program == HostProgram ? "host"
            : NativeWorkers.For(RuntimeInformation.ProcessArchitecture).Any(w => w.Name == process.Program) ? "worker" : null;

    WatchedProcess Observe(RunningProcess process, string kind)
    {
        var (counter, reason) = Counter(process);
        return new(process, kind, TrafficSnapshot.Of(process.Id))
        {
            Counted = counter?.Read(),
            NotCounted = reason,
            Sockets = HeldSockets.Of(process.Id),
            Threads = ThreadRestrictions.Of(process.Id),
        };
    }

    /// <summary>The last figures of one that has ended; those of its network are gone with it.</summary>
    WatchedProcess Farewell(WatchedProcess before)
    {
        _counters.Remove(Identity(before.Process), out var entry);
        using var counter = entry.Counter;
        return new(before.Process, before.Kind, TrafficSnapshot.Of(before.Process.Id)) { Counted = counter?.Read(), NotCounted = entry.Reason, Ended = true };
    }

    (CgroupCounter? Counter, string? Reason) Counter(RunningProcess process)
    {
        if (!counting)
            return (null, null);
        if (!_counters.TryGetValue(Identity(process), out var entry))
            _counters[Identity(process)] = entry = Start(process.Id);
        return entry;
    }

    static (CgroupCounter? Counter, string? Reason) Start(int process)
    {
        try
        {
            return (CgroupCounter.Start(process), null);
        }
        catch (ConfinementException e)
        {
            return (null, e.Message);
        }
    }

    static (int Id, long StartTime) Identity(RunningProcess process) => (process.Id, process.StartTime);
}
