namespace Hearth.Workers.Verification;

/// <summary>From the outcomes of an attempt to what they show. Pure.</summary>
static class Judgement
{
    const string Possible = "OK", Loading = "loading";

    /// <summary>What a jail answers: words of errors and of the probe. Whatever else went wrong in it (no descriptors, no memory, a crash) is a fault of the probe's, and proves nothing.</summary>
    static readonly HashSet<string> Refusals =
    [
        "EPERM", "EACCES",
        "ENOSYS",         // how clone3 is refused: a C library then tries clone
        "not there",      // what a start withholds
        "not resolved",   // the resolver got neither a file nor a socket
    ];

    /// <summary>How the filter ends a process that calls the kernel by another entry (SIGSYS).</summary>
    const string EndedByFilter = "signal 31 ";

    /// <summary>Errors of the control run, in words.</summary>
    static readonly Dictionary<string, string> Meanings = new()
    {
        ["EAFNOSUPPORT"] = "this kernel has no such sockets",
        ["EPROTONOSUPPORT"] = "this kernel has no such sockets",
        ["ESOCKTNOSUPPORT"] = "this kernel has no such sockets",
        ["ENOSYS"] = "this kernel has no such call",
        ["ENOENT"] = "there is none on this machine",
        ["ENXIO"] = "there is none on this machine",
        ["ENODEV"] = "there is none on this machine",
        ["EPERM"] = "this user may not do it anyway",
        ["EACCES"] = "this user may not do it anyway",
        ["EISCONN"] = "the kernel refuses it anyway",
        ["EINVAL"] = "the kernel refuses it anyway",
    };

    /// <summary>The verdict and its reason.</summary>
    /// <param name="allowedBecause">Why it is allowed; empty for what counts.</param>
    /// <param name="outcomes">At least one.</param>
    internal static (AttemptVerdict Verdict, string Why) Of(string allowedBecause, IReadOnlyList<AttemptOutcome> outcomes)
    {
        var open = outcomes.Where(IsOpen).ToArray();
        if (open.Length > 0 && allowedBecause.Length == 0)
            return (AttemptVerdict.NotDenied, string.Join("; ", open.GroupBy(o => o.Confined, o => o.Thread).Select(Describe)));
        if (open.Any(o => o.Thread != Loading))
            return (AttemptVerdict.Allowed, allowedBecause);
        var refused = outcomes.Where(o => o.Control != Possible).Select(o => o.Control).Distinct().ToArray();
        return refused.Length == 0 ? (AttemptVerdict.Denied, open.Length > 0 ? "once the model is loaded" : "") : (AttemptVerdict.NotDiscriminating, string.Join("; ", refused.Select(Explain)));
    }

    /// <summary>Possible, or failed where it is possible without a jail, but not by being refused.</summary>
    static bool IsOpen(AttemptOutcome outcome) => outcome.Confined == Possible || (outcome.Control == Possible && !IsRefusal(outcome.Confined));

    static bool IsRefusal(string confined) => Refusals.Contains(confined) || confined.StartsWith(EndedByFilter, StringComparison.Ordinal);

    static string Describe(IGrouping<string, string> threads)
        => $"{(threads.Key == Possible ? "possible" : $"failed ({threads.Key}), but was not refused,")} from: {string.Join(", ", threads)}";

    static string Explain(string error) => Meanings.TryGetValue(error, out var meaning) ? $"{meaning} ({error})" : $"it fails without us too ({error})";
}
