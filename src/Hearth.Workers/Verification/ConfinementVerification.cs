using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Workers.Client;

namespace Hearth.Workers.Verification;

/// <summary>What attempts to leave a worker's jail come to on this machine, each beside the same attempt without the jail.</summary>
public sealed record ConfinementVerification
{
    /// <summary>Where and when.</summary>
    public required VerifiedMachine Machine { get; init; }

    /// <summary>All attempts, in the order of the report.</summary>
    public required IReadOnlyList<VerifiedAttempt> Attempts { get; init; }

    /// <summary>How many denied calls of the confined probe the host's tripwire counted; null where there is none. One attempt may make several calls, or none that it counts.</summary>
    public long? DeniedCalls { get; init; }

    /// <summary>Nothing that counts was possible. Where nothing at all could be shown, nothing is passed either.</summary>
    public bool Passed => Count(AttemptVerdict.NotDenied) == 0 && Count(AttemptVerdict.Denied) > 0;

    /// <summary>How many attempts have this verdict.</summary>
    public int Count(AttemptVerdict verdict) => Attempts.Count(a => a.Verdict == verdict);

    /// <summary>Runs the probe that lies beside the worker: confined as the worker is, and without confinement.</summary>
    /// <param name="clock">Dates the result and limits the time.</param>
    /// <param name="progress">Hears how many attempts were made, of how many.</param>
    /// <param name="cancellationToken">Ends all processes that were started.</param>
    /// <exception cref="EngineException">This machine can't confine a worker, the probe isn't there, or it ended before it was done.</exception>
    public static async Task<ConfinementVerification> RunAsync(TimeProvider clock, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return await RunAsync(WorkerProgram.FindProbe(AppContext.BaseDirectory), clock, progress, cancellationToken);
    }

    internal static async Task<ConfinementVerification> RunAsync(WorkerProgram probe, TimeProvider clock, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var machine = ConfinementSupport.Probe();
        if (!machine.Confined)
            throw new EngineException(FailureCode.Confinement, $"This machine can't confine a worker, so there is nothing to verify. {machine.Gaps}", "Linux with Landlock and seccomp", "see what `hearth status` says of confinement");

        using var suite = new EscapeSuite(probe, clock, progress, cancellationToken);
        var (kind, attempts, denied) = await suite.RunAsync();
        return new() { Machine = MachineFacts.Of(kind, clock), Attempts = attempts, DeniedCalls = denied };
    }
}
