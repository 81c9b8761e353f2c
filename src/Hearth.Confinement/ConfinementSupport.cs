using Hearth.Confinement.Linux;

namespace Hearth.Confinement;

/// <summary>What this machine offers, without changing anything.</summary>
public static class ConfinementSupport
{
    /// <summary>The version of Landlock that this kernel has on; 0 where it has none.</summary>
    public static int LandlockAbi => OperatingSystem.IsLinux() && SystemCalls.Supported ? Math.Max(Landlock.Version(), 0) : 0;

    /// <summary>Asks the kernel which mechanisms it has. <see cref="ConfinementMechanism.Enforced"/> then means "would be enforced".</summary>
    public static ConfinementReport Probe()
        => OperatingSystem.IsLinux() ? Mechanisms.Probe() : ConfinementReport.Nothing("not enforced here: only Linux is supported so far.");
}
