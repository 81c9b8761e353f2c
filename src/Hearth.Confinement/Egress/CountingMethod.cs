namespace Hearth.Confinement.Egress;

/// <summary>What a figure was counted by, and so whose it is. Append only: TrafficSnapshotTests freezes values and names, since receipts hold them.</summary>
public enum CountingMethod
{
    /// <summary>Nothing could be read: there is no figure.</summary>
    Unknown = 0,

    /// <summary>The counters of a network namespace in which no other process is seen: the process's own, since the namespace began.</summary>
    NetworkNamespace = 1,

    /// <summary>A program of ours in the kernel, at the control group of the process: its own and that of its children, since the counting began.</summary>
    CgroupEbpf = 2,

    /// <summary>The counters of a network namespace that other processes are in too, as a rule the machine's: never the figure of one process.</summary>
    Machine = 3,
}

/// <summary>The names of the methods.</summary>
public static class CountingMethods
{
    /// <summary>The short name, as receipts and JSON hold it.</summary>
    public static string Name(this CountingMethod method) => method switch
    {
        CountingMethod.NetworkNamespace => "netns",
        CountingMethod.CgroupEbpf => "cgroup-ebpf",
        CountingMethod.Machine => "machine",
        _ => "unknown",
    };
}
