using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>The protections of Linux: their names, which are required, and what this kernel has of them.</summary>
static class Mechanisms
{
    const string NoNewPrivileges = "no new privileges";
    const string Capabilities = "capabilities";
    const string LandlockFiles = "landlock files";
    const string LandlockTcp = "landlock tcp";
    const string LandlockScope = "landlock scope";
    const string SystemCallFilter = "seccomp";
    const string Descriptors = "descriptors";

    internal static readonly string[] Names =
        [NoNewPrivileges, Capabilities, LandlockFiles, LandlockTcp, LandlockScope, SystemCallFilter, Descriptors];

    /// <summary>What could be enforced here.</summary>
    internal static ConfinementReport Probe()
        => SystemCalls.Supported
            ? Describe(Landlock.Version(), Seccomp.Probe(), DescriptorTable.Probe())
            : ConfinementReport.Nothing($"not enforced here: no table of system calls for {RuntimeInformation.ProcessArchitecture}, only for x64 and arm64.");

    /// <summary>Pure: from the kernel's answers to the report.</summary>
    /// <param name="landlock">The Landlock ABI, or minus the error number.</param>
    /// <param name="seccomp">Zero, or minus the error number.</param>
    /// <param name="descriptors">Zero, or minus the error number.</param>
    internal static ConfinementReport Describe(int landlock, int seccomp, int descriptors) => new()
    {
        Mechanisms =
        [
            new(NoNewPrivileges, seccomp >= 0, true, seccomp >= 0 ? "no program can give more rights" : Missing(seccomp, "Linux 3.5")),
            new(Capabilities, true, true, "all capabilities dropped, also for root"),
            new(LandlockFiles, landlock >= 3, true, landlock >= 3
                ? $"ABI {landlock}: no path but those of the rules can be read or written; names and sizes of files can still be asked for"
                : TooOld(landlock, 3, "truncating files by path can't be denied", "Linux 6.2")),
            new(LandlockTcp, landlock >= 4, true, landlock >= 4
                ? "no TCP port, beside the filter that denies all sockets"
                : TooOld(landlock, 4, "it has no rules for TCP", "Linux 6.7")),
            new(LandlockScope, landlock >= 6, false, landlock >= 6
                ? "no signal to processes outside"
                : TooOld(landlock, 6, "signals to other processes of the same user aren't denied", "Linux 6.12")),
            new(SystemCallFilter, seccomp >= 0, true, seccomp >= 0
                ? "no socket of any family, no tracing, no namespaces, no io_uring, no change of owner or mode"
                : Missing(seccomp, "Linux 4.14 with CONFIG_SECCOMP_FILTER")),
            new(Descriptors, descriptors >= 0, true, descriptors >= 0
                ? "only those that are listed"
                : Missing(descriptors, "Linux 5.11")),
        ],
    };

    /// <summary>The report on a process that was started unrestricted on request; its descriptors are exact all the same, where the kernel can.</summary>
    internal static ConfinementReport Unconfined(bool descriptorsClosed) => new()
    {
        Mechanisms = [.. Names.Select(name => name == Descriptors && descriptorsClosed
            ? new ConfinementMechanism(name, true, true, "only those that are listed")
            : new ConfinementMechanism(name, false, true, "not enforced: --unconfined was asked for"))],
    };

    static string TooOld(int landlock, int needed, string why, string kernel) => landlock < 0
        ? Missing(landlock, kernel)
        : $"not enforced: this kernel has ABI {landlock}, where {why}; ABI {needed} is needed ({kernel}).";

    static string Missing(int error, string needed) => -error switch
    {
        Errno.NotSupported => "not enforced: it was switched off when the machine started (see the kernel's lsm= parameter).",
        Errno.NotPermitted => "not enforced: something around this process, such as a container's own filter, forbids it.",
        _ => $"not enforced: this kernel doesn't offer it ({Marshal.GetPInvokeErrorMessage(-error)}); {needed} or later is needed.",
    };
}
