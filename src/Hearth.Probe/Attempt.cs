namespace Hearth.Probe;

/// <summary>Where an attempt is made.</summary>
enum Setting
{
    /// <summary>From every kind of thread: cheap, and it leaves its target as it was.</summary>
    EveryThread,

    /// <summary>Once, on the main thread: it changes what it aims at, or takes long.</summary>
    Once,

    /// <summary>In a process of its own, since it may be the last thing that this does.</summary>
    OwnProcess,

    /// <summary>Once; the control is a process that was started as any program starts another, since ours are started with care even when unconfined.</summary>
    OrdinaryStart,
}

/// <summary>One way out, and how it is tried. Names are what reports, tests and readers know it by.</summary>
/// <param name="Name">What is attempted.</param>
/// <param name="Gives">What an attacker would have of it: one plain sentence without its period.</param>
/// <param name="Try">Makes the attempt; <see cref="Outcome.Possible"/>, or how it was refused.</param>
sealed record Attempt(string Name, string Gives, Func<Targets, string> Try)
{
    internal Setting Setting { get; init; }

    /// <summary>Why a worker may do it all the same; null for all that counts.</summary>
    internal string? AllowedBecause { get; init; }
}
