using Hearth.Confinement.Egress;

namespace Hearth.Cli.Watching;

/// <summary>What was seen of one process at one moment. Null is what could not be seen, never nothing.</summary>
/// <param name="Process">Which one.</param>
/// <param name="Kind">What it is to us: host, worker, child of a host, or process.</param>
/// <param name="Network">The counters of the network that it is in.</param>
sealed record WatchedProcess(RunningProcess Process, string Kind, TrafficSnapshot Network)
{
    /// <summary>What was counted for it alone, in a control group; null where that wasn't asked for or isn't possible.</summary>
    internal TrafficSnapshot? Counted { get; init; }

    /// <summary>Why it isn't counted, where that was asked for.</summary>
    internal string? NotCounted { get; init; }

    internal HeldSockets? Sockets { get; init; }

    internal ThreadRestrictions? Threads { get; init; }

    /// <summary>It has ended since it was seen last.</summary>
    internal bool Ended { get; init; }

    /// <summary>The figures that are its own; null where there are only those of all processes that share its network, or none.</summary>
    internal TrafficSnapshot? Own => Counted is { Method: CountingMethod.CgroupEbpf }
        ? Counted
        : Network.Method == CountingMethod.NetworkNamespace ? Network : Counted;
}

/// <summary>What was seen at one moment.</summary>
/// <param name="Processes">In the order of their starts.</param>
/// <param name="Machine">The network that this process is in, as a rule the machine's, since the watch began.</param>
sealed record WatchFrame(IReadOnlyList<WatchedProcess> Processes, TrafficSnapshot Machine);
