using Hearth.Confinement;

namespace Hearth.Workers.Client;

/// <summary>What the operating system can deny a worker on this machine.</summary>
public static class WorkerConfinement
{
    /// <summary>Asks the system without starting a worker: every mechanism by name, whether it can be enforced here, and what it covers or lacks.</summary>
    public static IReadOnlyList<(string Name, bool Available, bool Required, string Detail)> Probe()
        => [.. ConfinementSupport.Probe().Mechanisms.Select(m => (m.Name, m.Enforced, m.Required, m.Detail))];
}
