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
    const string OwnNetwork = "network namespace";
    const string Listener = "tripwire";

    internal static readonly string[] Names =
        [NoNewPrivileges, Capabilities, LandlockFiles, LandlockTcp, LandlockScope, SystemCallFilter, Descriptors, OwnNetwork, Listener];

    /// <summary>The kernel's answers: not negative, or minus the error number.</summary>
    /// <param name="Landlock">The Landlock ABI.</param>
    /// <param name="Seccomp">Whether filters can kill a process.</param>
    /// <param name="Descriptors">Whether all descriptors but the listed can be closed in one step.</param>
    /// <param name="Network">Whether a network namespace can be made, or was made.</param>
    /// <param name="Tripwire">Whether a filter can have a listener, or has one.</param>
    internal readonly record struct Answers(int Landlock, int Seccomp, int Descriptors, int Network, int Tripwire);

    /// <summary>What could be enforced here.</summary>
    internal static ConfinementReport Probe()
        => SystemCalls.Supported
            ? Describe(Ask() with { Network = Attempts.OwnNetwork(), Tripwire = Attempts.Tripwire() })
            : ConfinementReport.Nothing($"not enforced here: no table of system calls for {RuntimeInformation.ProcessArchitecture}, only for x64 and arm64.");

    /// <summary>What is required, and is or isn't here; of the rest, only a start can tell.</summary>
    internal static ConfinementReport Required() => SystemCalls.Supported ? Describe(Ask()) : Probe();

    /// <summary>What is enforced for a child that was started: what was found before, and what the start answered to the rest.</summary>
    internal static ConfinementReport Of(ConfinementReport required, int network, int tripwire) => new()
    {
        Mechanisms = [.. required.Mechanisms.Select(m => m.Name switch
        {
            OwnNetwork => Network(network),
            Listener => Tripwire(tripwire),
            _ => m,
        })],
    };

    /// <summary>Pure: from the kernel's answers to the report.</summary>
    internal static ConfinementReport Describe(Answers answers) => new()
    {
        Mechanisms =
        [
            new(NoNewPrivileges, answers.Seccomp >= 0, true, answers.Seccomp >= 0 ? "no program can give more rights" : Missing(answers.Seccomp, "Linux 3.5")),
            new(Capabilities, true, true, "all capabilities dropped, also for root"),
            new(LandlockFiles, answers.Landlock >= 3, true, answers.Landlock >= 3
                ? $"{Abi(answers.Landlock)}: no path but those of the rules can be read or written; names and sizes of files can still be asked for"
                : TooOld(answers.Landlock, 3, "truncating files by path can't be denied", "Linux 6.2")),
            new(LandlockTcp, answers.Landlock >= 4, true, answers.Landlock >= 4
                ? "no TCP port, beside the filter that denies all sockets"
                : TooOld(answers.Landlock, 4, "it has no rules for TCP", "Linux 6.7")),
            new(LandlockScope, answers.Landlock >= 6, false, answers.Landlock >= 6
                ? "no signal to processes outside"
                : TooOld(answers.Landlock, 6, "signals to other processes of the same user aren't denied", "Linux 6.12")),
            new(SystemCallFilter, answers.Seccomp >= 0, true, answers.Seccomp >= 0
                ? "no socket of any family, no tracing, no namespaces, no io_uring, no change of owner or mode"
                : Missing(answers.Seccomp, "Linux 4.14 with CONFIG_SECCOMP_FILTER")),
            new(Descriptors, answers.Descriptors >= 0, true, answers.Descriptors >= 0
                ? "only those that are listed"
                : Missing(answers.Descriptors, "Linux 5.11")),
            Network(answers.Network),
            Tripwire(answers.Tripwire),
        ],
    };

    /// <summary>The report on a process that was started unrestricted on request; its descriptors are exact all the same, where the kernel can.</summary>
    internal static ConfinementReport Unconfined(bool descriptorsClosed) => new()
    {
        Mechanisms = [.. Describe(default).Mechanisms.Select(m => m.Name == Descriptors && descriptorsClosed
            ? m
            : m with { Enforced = false, Detail = "not enforced: --unconfined was asked for" })],
    };

    static ConfinementMechanism Network(int answer) => new(OwnNetwork, answer >= 0, false, answer >= 0
        ? "a network without interfaces, whose counters show it from outside"
        : NoNetwork(answer));

    static ConfinementMechanism Tripwire(int answer) => new(Listener, answer >= 0, false, answer >= 0
        ? "each denied call of the filter is counted, and the thread that tried is named"
        : NoListener(answer));

    static Answers Ask() => new(Landlock.Version(), Seccomp.Probe(), DescriptorTable.Probe(), 0, 0);

    static string Abi(int version) => version <= Landlock.NewestKnown ? $"ABI {version}" : $"ABI {version}, of which this program uses what ABI {Landlock.NewestKnown} has";

    static string TooOld(int landlock, int needed, string why, string kernel) => landlock < 0
        ? Missing(landlock, kernel)
        : $"not enforced: this kernel has ABI {landlock}, where {why}; ABI {needed} is needed ({kernel}).";

    static string NoNetwork(int error) => -error switch
    {
        Errno.NotPermitted => "not enforced: only root can give it one. No socket can be made all the same.",
        Errno.NoSpace => "not enforced: there are as many network namespaces as this machine allows (see user.max_net_namespaces). No socket can be made all the same.",
        _ => Missing(error, "Linux 3.0 with CONFIG_NET_NS"),
    };

    static string NoListener(int error) => -error == Errno.Busy
        ? "not enforced: a filter around this process has a listener already, as in some containers. The calls are denied all the same, but not counted."
        : Missing(error, "Linux 5.19");

    static string Missing(int error, string needed) => -error switch
    {
        Errno.NotSupported => "not enforced: it was switched off when the machine started (see the kernel's lsm= parameter).",
        Errno.NotPermitted => "not enforced: something around this process, such as a container's own filter, forbids it.",
        _ => $"not enforced: this kernel doesn't offer it ({Marshal.GetPInvokeErrorMessage(-error)}); {needed} or later is needed.",
    };
}
