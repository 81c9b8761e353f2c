using Hearth.Probe.Attempts;

namespace Hearth.Probe;

/// <summary>All attempts, in the order of the report.</summary>
static class AttemptTable
{
    internal static readonly (string Group, Attempt[] Attempts)[] Groups =
    [
        ("network", [.. SocketAttempts.All, .. ConnectionAttempts.All, .. LinkAttempts.All]),
        ("files", [.. FileAttempts.All, .. MetadataAttempts.All, .. DescriptorAttempts.All]),
        ("devices", DeviceAttempts.All),
        ("processes", [.. ProgramAttempts.All, .. ProcessAttempts.All, .. SignalAttempts.All]),
        ("kernel", [.. KernelAttempts.All, .. NamespaceAttempts.All, .. SharedMemoryAttempts.All]),
        ("memory", MemoryAttempts.All),
        ("machine", MachineAttempts.All),
        ("start", StartAttempts.All),
    ];

    internal static IEnumerable<Attempt> All => Groups.SelectMany(group => group.Attempts);
}
