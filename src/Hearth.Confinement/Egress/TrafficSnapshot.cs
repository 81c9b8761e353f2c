namespace Hearth.Confinement.Egress;

/// <summary>What the kernel has counted for a process up to this moment, and whose figure it is. Two of them give what came between.</summary>
public sealed record TrafficSnapshot
{
    /// <summary>The process that was asked for.</summary>
    public required int ProcessId { get; init; }

    /// <summary>What counted. With <see cref="CountingMethod.Machine"/> the figures are not the process's.</summary>
    public required CountingMethod Method { get; init; }

    /// <summary>Over the loopback interface, which leads to the same machine; null where it isn't known.</summary>
    public Traffic? Loopback { get; init; }

    /// <summary>Over all other interfaces; null where it isn't known.</summary>
    public Traffic? Beyond { get; init; }

    /// <summary>Calls that would need the network; null where the method doesn't see them.</summary>
    public CallAttempts? Attempts { get; init; }

    /// <summary>Nothing that the process could send escapes the method; null where that can't be told.</summary>
    public bool? Complete { get; init; }

    /// <summary>What the figures cover, or why there are none, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>What the figures belong to: only those of the same counter can be compared.</summary>
    internal (long StartTime, ulong Counter) Source { get; init; }

    /// <summary>Each interface for itself, where the counters are those of interfaces.</summary>
    internal IReadOnlyDictionary<string, Traffic>? Devices { get; init; }

    /// <summary>Reads the counters of the network namespace that a process is in. No privilege is needed.</summary>
    public static TrafficSnapshot Of(int process) => NetworkNamespace.Read(process);

    /// <summary>What was counted since an earlier snapshot; without figures where the two aren't of the same counter.</summary>
    public TrafficSnapshot Since(TrafficSnapshot earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        if (Method == CountingMethod.Unknown || earlier.Method == CountingMethod.Unknown)
            return Nothing(Method == CountingMethod.Unknown ? Detail : earlier.Detail);
        if (ProcessId != earlier.ProcessId || Method != earlier.Method || Source != earlier.Source)
            return Nothing("the two snapshots are of different counters");
        var (loopback, beyond) = Devices is null
            ? (Loopback!.Since(earlier.Loopback!), Beyond!.Since(earlier.Beyond!))
            : NetworkDevices.Since(Devices, earlier.Devices!);
        if (loopback is null || beyond is null)
            return Nothing("an interface went away between the two snapshots, and its counters with it");
        return this with
        {
            Loopback = loopback,
            Beyond = beyond,
            Attempts = Attempts is null ? null : new(
                Attempts.Sockets - earlier.Attempts!.Sockets, Attempts.Connects - earlier.Attempts.Connects, Attempts.Sends - earlier.Attempts.Sends),
            Complete = Complete == true && earlier.Complete == true ? true : Complete == false || earlier.Complete == false ? false : null,
        };
    }

    /// <summary>There is no figure, for a reason.</summary>
    internal static TrafficSnapshot Unknown(int process, string reason)
        => new() { ProcessId = process, Method = CountingMethod.Unknown, Detail = reason };

    TrafficSnapshot Nothing(string reason) => Unknown(ProcessId, reason);
}
