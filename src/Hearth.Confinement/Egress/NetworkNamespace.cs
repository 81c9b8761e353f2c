using System.Buffers.Binary;
using Hearth.Confinement.Linux;

namespace Hearth.Confinement.Egress;

/// <summary>Whose network a process is in, and what its interfaces have counted.</summary>
/// <remarks>
/// <c>/proc/PID/ns/net</c> names the namespace, but only to whoever may trace the process, and nobody but root may trace a worker. Each namespace has
/// a file <c>net/dev</c> of its own, though, and the number of that file (its inode) can be asked for by everybody: two processes are in the same namespace if and
/// only if it is the same. NetworkNamespaceTests compares the two.
/// </remarks>
static unsafe class NetworkNamespace
{
    const int CurrentFolder = -100, StatusBytes = 256, InodeMask = 0x100, InodeOffset = 32;

    /// <summary>The number of the namespace; null where there is no such process.</summary>
    internal static ulong? NumberOf(int process) => Inode(ProcFile.Path(process, "net/dev"));

    /// <summary>Reads the counters.</summary>
    internal static TrafficSnapshot Read(int process)
    {
        if (!OperatingSystem.IsLinux())
            return TrafficSnapshot.Unknown(process, "there are counters of network namespaces on Linux only");
        var number = NumberOf(process);
        if (number is null || ProcessStat.Of(process) is not { } stat)
            return TrafficSnapshot.Unknown(process, "there is no such process");
        if (!HasAllThreads(process, number.Value))
            return TrafficSnapshot.Unknown(process, "its threads aren't all in one network namespace, or can't be listed");
        // The second look makes sure that the counters are those of the namespace.
        if (ProcFile.Read(process, "net/dev") is not { } text || NetworkDevices.Parse(text) is not { } devices || NumberOf(process) != number)
            return TrafficSnapshot.Unknown(process, "the counters of its network namespace can't be read");

        var alone = IsAlone(process, number.Value);
        var (complete, detail) = alone ? Completeness(process) : (null, "the network is shared with other processes: the figure is that of all of them");
        return new()
        {
            ProcessId = process,
            Method = alone ? CountingMethod.NetworkNamespace : CountingMethod.Machine,
            Loopback = devices[NetworkDevices.Loopback],
            Beyond = NetworkDevices.Beyond(devices),
            Complete = complete,
            Detail = detail,
            Source = (stat.StartTime, number.Value),
            Devices = devices,
        };
    }

    /// <summary>A thread can leave the namespace of its process.</summary>
    static bool HasAllThreads(int process, ulong number)
        => ProcFile.Numbers(ProcFile.Path(process, "task")) is { Count: > 0 } threads
            && threads.All(thread => Inode(ProcFile.Path(process, $"task/{thread}/net/dev")) is not { } other || other == number);

    static bool IsAlone(int process, ulong number)
        => number != NumberOf(Environment.ProcessId)
            && ProcFile.Numbers("/proc") is { } processes && processes.All(other => other == process || NumberOf(other) != number);

    /// <summary>A socket belongs to the namespace in which it was made, so one that was handed over may lead elsewhere.</summary>
    static (bool? Complete, string Detail) Completeness(int process)
    {
        if (HeldSockets.Of(process) is not { } held)
            return (null, "its own network namespace; whether it holds a socket of another one can't be seen");
        var foreign = held.NetworkInodes.Count == 0 ? 0 : held.NetworkInodes.Except(SocketTables.Inodes(process)).Count();
        return foreign == 0
            ? (true, "its own network namespace, since that began")
            : (false, $"its own network namespace; {foreign} of its sockets may be of another one");
    }

    static ulong? Inode(string path)
    {
        var status = stackalloc byte[StatusBytes];
        return LibC.Status(CurrentFolder, path, 0, InodeMask, status) == 0
            ? BinaryPrimitives.ReadUInt64LittleEndian(new(status + InodeOffset, sizeof(ulong)))
            : null;
    }
}
