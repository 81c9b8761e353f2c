namespace Hearth.Confinement;

/// <summary>One protection of the operating system.</summary>
/// <param name="Name">What the field calls it, for example <c>seccomp</c>.</param>
/// <param name="Enforced">In a report on a process: it is on. In a report on a machine: it can be switched on.</param>
/// <param name="Required">Without it <see cref="ConfinedProcess.Start"/> refuses.</param>
/// <param name="Detail">What it covers here; where it isn't enforced, why, and what would be needed.</param>
public sealed record ConfinementMechanism(string Name, bool Enforced, bool Required, string Detail);

/// <summary>What the operating system enforces for a process, or could enforce on this machine.</summary>
public sealed record ConfinementReport
{
    /// <summary>Every mechanism this room knows, enforced or not.</summary>
    public required IReadOnlyList<ConfinementMechanism> Mechanisms { get; init; }

    /// <summary>Paths of the rules that don't exist here. Such a rule opens nothing, so a confinement with missing paths is narrower, never wider.</summary>
    public IReadOnlyList<string> MissingPaths { get; init; } = [];

    /// <summary>True if every required mechanism is enforced.</summary>
    public bool Confined => Mechanisms.All(m => m.Enforced || !m.Required);

    /// <summary>The required mechanisms that aren't enforced, each with its reason; empty if there are none.</summary>
    public string Gaps => string.Join(" ", Mechanisms.Where(m => m.Required && !m.Enforced).Select(m => $"{m.Name}: {m.Detail}"));

    /// <summary>Nothing is enforced, for one reason.</summary>
    internal static ConfinementReport Nothing(string reason) => new()
    {
        Mechanisms = [.. Linux.Mechanisms.Names.Select(name => new ConfinementMechanism(name, false, true, reason))],
    };
}

/// <summary>A process couldn't be started as asked. Nothing was started, or what was started has been ended.</summary>
public sealed class ConfinementException : Exception
{
    internal ConfinementException(string message, ConfinementReport? report = null, Exception? inner = null)
        : base(message, inner) => Report = report;

    /// <summary>What is and isn't enforced here, where that is the reason.</summary>
    public ConfinementReport? Report { get; }
}
