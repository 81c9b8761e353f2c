using Hearth.Confinement;

namespace Hearth.Workers.Client;

/// <summary>What the operating system can deny a worker on this machine.</summary>
public static class WorkerConfinement
{
    /// <summary>Asks the system without starting a worker: every mechanism by name, whether it can be enforced here, and what it covers or lacks.</summary>
    public static IReadOnlyList<(string Name, bool Available, bool Required, string Detail)> Probe()
        => [.. ConfinementSupport.Probe().Mechanisms.Select(m => (m.Name, m.Enforced, m.Required, m.Detail)), PureCompute()];

    /// <summary>The only one that depends on the worker's program.</summary>
    static (string Name, bool Available, bool Required, string Detail) PureCompute()
    {
        var (native, detail) = InstalledWorker.Find() switch
        {
            null => (false, "not enforced: no worker program was found"),
            { IsNative: true } => (true, "once its model is loaded: no path, not even whether it exists, and no new code"),
            _ => (false, "not enforced: the code of this worker is compiled while it runs. The native worker of a published folder has it (hearth publish)."),
        };
        return ("pure compute", native, false, detail);
    }
}
