using Hearth.Confinement.Linux;

namespace Hearth.Confinement;

/// <summary>What a host does first: whatever environment it was started in, its memory, which holds the texts of its user, gets into no file.</summary>
public static class HostConfinement
{
    /// <summary>No core file, no crash dump, no port for diagnostics, no telemetry of native libraries. On Linux; elsewhere nothing is done, and no worker starts.</summary>
    /// <remarks>
    /// Where the environment is not <see cref="QuietEnvironment"/>, which the runtime has read by now, the program starts anew in the same process, and this call does not return.
    /// </remarks>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void Begin()
    {
        if (!OperatingSystem.IsLinux())
            return;
        if (!QuietEnvironment.IsOurs)
            Restart.With(QuietEnvironment.Variables);
        DenyCoreFiles();
        SelfConfinement.DenyDumps();
    }

    /// <summary>Inherited by what this process starts.</summary>
    static unsafe void DenyCoreFiles()
    {
        var none = stackalloc ulong[] { 0, 0 };
        if (LibC.Limit(0, LibC.CoreSizeLimit, none, null) != 0)
            throw LibC.Failure("Setting the limit of core files to zero");
    }
}
