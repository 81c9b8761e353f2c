using Hearth.Confinement;
using Hearth.Requests;

namespace Hearth.Workers.Supervision;

/// <summary>Says why a worker is gone, for people.</summary>
static class Obituary
{
    const string AskAgain = "ask again: the next request starts a new worker";

    /// <summary>What a signal usually means for a worker.</summary>
    static readonly Dictionary<int, (string Name, string Meaning, string Remedy)> Signals = new()
    {
        [4] = ("SIGILL", "it met an instruction that this processor does not have", "load with a narrower instruction set"),
        [6] = ("SIGABRT", "its runtime gave up", AskAgain),
        [7] = ("SIGBUS", "the model file became shorter while it was in use, or its disk failed", "check the model file, then " + AskAgain),
        [9] = ("SIGKILL", "most likely the system ran out of memory, or somebody ended it by hand", "free memory or load with a shorter context, then " + AskAgain),
        [11] = ("SIGSEGV", "it touched memory that is not its own", AskAgain),
        [15] = ("SIGTERM", "somebody ended it by hand", AskAgain),
        [31] = ("SIGSYS", "its confinement stopped a forbidden system call", "do not use this model file; " + AskAgain),
    };

    /// <summary>It ended by itself, or the link did: null where nobody knows how.</summary>
    internal static EngineException Ended(ProcessExit? exit) => exit switch
    {
        null => Lost("The worker closed its link.", AskAgain),
        { Signal: { } signal } when Signals.TryGetValue(signal, out var known)
            => Lost($"The worker was ended by {known.Name}: {exit.Reason ?? known.Meaning}.", known.Remedy),
        { Signal: not null } => Lost($"The worker was ended: {exit}.", AskAgain),
        _ => Lost($"The worker ended by itself: {exit}.", AskAgain),
    };

    internal static EngineException BrokeTheProtocol(string rule)
        => Lost($"The worker broke the protocol and was ended. {rule}", "do not trust this model file if it happens again; " + AskAgain);

    internal static EngineException Hung(TimeSpan silence)
        => Lost($"The worker gave no sign of life for {silence.TotalSeconds:F0} seconds and was ended.", AskAgain);

    internal static EngineException Stuck(TimeSpan silence)
        => Lost($"The worker answered pings but made no progress for {silence.TotalSeconds:F0} seconds, and was ended.", AskAgain);

    internal static EngineException TooLarge(long found, long limit) => new(
        FailureCode.WorkerLost,
        $"The worker took {found >> 20} MiB of memory and was ended.",
        $"at most {limit >> 20} MiB",
        "load with a shorter context or allow more memory, then " + AskAgain);

    internal static EngineException DidNotStart(TimeSpan limit)
        => Lost($"The worker did not answer within {limit.TotalSeconds:F0} seconds of its start, and was ended.", AskAgain);

    internal static EngineException TooOften(int times, TimeSpan window, EngineException last) => new(
        FailureCode.WorkerLost,
        $"The worker was lost {times} times within {window.TotalMinutes:F0} minutes, so no new one was started. The last time: {last.Message}",
        last.Expected,
        "mend the cause, or wait and ask again",
        last);

    internal static EngineException Closed() => new(FailureCode.WorkerLost, "The worker was shut down.", remedy: "open the model again");

    static EngineException Lost(string message, string remedy) => new(FailureCode.WorkerLost, message, remedy: remedy);
}
