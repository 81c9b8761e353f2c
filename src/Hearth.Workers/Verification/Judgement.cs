namespace Hearth.Workers.Verification;

/// <summary>From the outcomes of an attempt to what they show. Pure.</summary>
static class Judgement
{
    const string Possible = "OK", Loading = "loading";

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
        ["UnauthorizedAccessException"] = "this user may not do it anyway",
        ["EISCONN"] = "the kernel refuses it anyway",
        ["EINVAL"] = "the kernel refuses it anyway",
    };

    /// <summary>The verdict and its reason.</summary>
    /// <param name="allowedBecause">Why it is allowed; empty for what counts.</param>
    /// <param name="outcomes">At least one.</param>
    internal static (AttemptVerdict Verdict, string Why) Of(string allowedBecause, IReadOnlyList<AttemptOutcome> outcomes)
    {
        var open = outcomes.Where(o => o.Confined == Possible).Select(o => o.Thread).ToArray();
        if (open.Length > 0 && allowedBecause.Length == 0)
            return (AttemptVerdict.NotDenied, $"possible from: {string.Join(", ", open)}");
        if (open.Any(thread => thread != Loading))
            return (AttemptVerdict.Allowed, allowedBecause);
        var refused = outcomes.Where(o => o.Control != Possible).Select(o => o.Control).Distinct().ToArray();
        return refused.Length == 0 ? (AttemptVerdict.Denied, open.Length > 0 ? "once the model is loaded" : "") : (AttemptVerdict.NotDiscriminating, string.Join("; ", refused.Select(Explain)));
    }

    static string Explain(string error) => Meanings.TryGetValue(error, out var meaning) ? $"{meaning} ({error})" : $"it fails without us too ({error})";
}
