using Hearth.Benchmarks.Measuring;

namespace Hearth.Benchmarks.Peers;

/// <summary>What a setting reached: quartiles over its valid runs.</summary>
sealed record SettingResult(PeerSetting Setting, int Runs, Quartiles Prefill, Quartiles Decode);

/// <summary>Finds the peer's best settings for one model.</summary>
/// <remarks>
/// Every combination runs once with all cores; the best ones run with one thread less too, since the rest of the system needs a core now and
/// then; those near the best run again. Prefill and decode are selected apart: the comparison must meet the best of each.
/// </remarks>
sealed class Selection(SampleLog<PeerSample> log, int cores)
{
    /// <summary>Runs of a setting that is near the best.</summary>
    internal const int RunsOfCandidates = 2;

    /// <summary>A setting stays a candidate while it reaches this share of the best one's median, in prefill or in decode.</summary>
    internal const double NearTheBest = 0.85;

    /// <summary>What ran so far, the settings of all cores first.</summary>
    internal IReadOnlyList<SettingResult> Results =>
    [
        .. log.Samples.Where(s => s.IsValid).GroupBy(s => s.Setting).OrderByDescending(g => g.Key.Threads).Select(runs => new SettingResult(
            runs.Key, runs.Count(), Quartiles.Of(runs.Select(r => r.Prefill)), Quartiles.Of(runs.Select(r => r.Decode)))),
    ];

    internal SettingResult BestPrefill => Results.MaxBy(r => r.Prefill.Median)!;

    internal SettingResult BestDecode => Results.MaxBy(r => r.Decode.Median)!;

    /// <summary>The setting to run next, or null when the selection is done.</summary>
    internal PeerSetting? Next()
    {
        var results = Results;
        var tried = results.Select(r => r.Setting).ToHashSet();
        if (PeerSetting.All(cores).FirstOrDefault(s => !tried.Contains(s)) is { } untried)
            return untried;
        var (prefill, decode) = (BestPrefill, BestDecode);
        if (Narrower(prefill) is { } first && !tried.Contains(first))
            return first;
        if (Narrower(decode) is { } second && !tried.Contains(second))
            return second;
        return results
            .Where(r => r.Runs < RunsOfCandidates)
            .FirstOrDefault(r => r.Prefill.Median >= NearTheBest * prefill.Prefill.Median || r.Decode.Median >= NearTheBest * decode.Decode.Median)?.Setting;
    }

    /// <summary>One thread less, where all cores were used and there is more than one.</summary>
    PeerSetting? Narrower(SettingResult best)
        => cores > 1 && best.Setting.Threads == cores ? best.Setting with { Threads = cores - 1 } : null;

    /// <summary>Runs until done or out of time; true when done.</summary>
    internal async Task<bool> RunAsync(Func<PeerSetting, Task<PeerSample>> measure, TimeLimit limit)
    {
        while (Next() is { } setting)
        {
            if (limit.IsOver)
                return false;
            log.Add(await measure(setting));
        }

        return true;
    }
}
