using Hearth.Cli.Output;
using Hearth.Cli.Terminals;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Workers.Client;
using Hearth.Workers.Verification;

namespace Hearth.Cli;

/// <summary>Which model a command wants, and how its worker may run.</summary>
/// <param name="Paths">The file, or all parts of a split one; none for a worker without a model, which renders templates only.</param>
/// <param name="Adapters">The files of its adapters.</param>
/// <param name="Unconfined">Run also where the system lacks a mechanism of confinement.</param>
/// <param name="Alarms">Hears of what the worker tries and is denied.</param>
sealed record ModelChoice(IReadOnlyList<string> Paths, IReadOnlyList<string> Adapters, bool Unconfined, Alarms Alarms)
{
    /// <summary>Whether readers of its answers never block.</summary>
    internal bool InlineReplies { get; init; }
}

/// <summary>Everything that commands take from the world around them.</summary>
sealed record Host
{
    internal required Terminal Terminal { get; init; }

    /// <summary>Opens a model in a worker process.</summary>
    internal required Func<ModelChoice, CancellationToken, Task<IModelFile>> OpenModel { get; init; }

    /// <summary>The worker that models are opened in, or null where there is none.</summary>
    internal required Func<InstalledWorker?> Worker { get; init; }

    /// <summary>What the worker's process is denied on this machine, for people.</summary>
    internal required Func<IReadOnlyList<(string Mechanism, string State)>> Confinement { get; init; }

    /// <summary>Tries to leave the jail of a worker.</summary>
    internal required Func<IProgress<LoadProgress>, CancellationToken, Task<ConfinementVerification>> VerifyConfinement { get; init; }

    /// <summary>What workers tried and were denied.</summary>
    internal Alarms Alarms { get; } = new();

    internal required Func<string, string?> Environment { get; init; }

    internal required TimeProvider Clock { get; init; }

    /// <summary>The folder of the program, above or beside which the model that ships is found.</summary>
    internal required string ProgramFolder { get; init; }
}
