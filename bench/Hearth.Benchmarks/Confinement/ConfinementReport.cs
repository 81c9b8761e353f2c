using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Confinement;

/// <summary>The page on what the confinement costs.</summary>
static class ConfinementReport
{
    static readonly Dictionary<WorkerKind, string> Names = new() { [WorkerKind.Managed] = "managed (CoreCLR)", [WorkerKind.Native] = "native (NativeAOT)" };

    /// <summary>Writes the page; true when every bar is met.</summary>
    internal static async Task<bool> WriteAsync(string version, IReadOnlyList<ConfinementResult> results)
    {
        var report = await new Report("What the confinement costs").AddOriginAsync("./test --long confinement", ("Hearth", version));
        report.AddParagraph(
            "The real worker program with the shipped model, started by the library's public API, confined and with `--unconfined` in turn. Median (quartiles). Rounds in which others "
            + $"used more than {results[0].MostUsedByOthers:P0} of the machine were dropped.");
        AddStarts(
            report, "From the start to the greeting", "Milliseconds until the worker has answered the host's first message (HelloAck); differences are those of the two starts of a pair.",
            results, s => s.Greeting, p => p.GreetingDifference, ConfinementResult.GreetingBar);
        AddStarts(
            report, "From the start to the first answer",
            "Milliseconds until the first piece of an answer: with the start, loading and a short prompt. The native worker has its third filter (pure compute) by then; its unconfined twin has none.",
            results, s => s.FirstAnswer, p => p.FirstAnswerDifference, ConfinementResult.FirstAnswerBar);
        AddSpeed(report, results);
        await report.WriteAsync("confinement", results.Select(r => new { Worker = Names[r.Kind], r.Starts, r.Rounds }));
        return results.All(r => r.IsMet);
    }

    static void AddStarts(
        Report report, string heading, string what, IEnumerable<ConfinementResult> results, Func<Start, double> figure, Func<StartPair, double> difference,
        Func<WorkerKind, double?> bar)
    {
        report.AddHeading(heading);
        report.AddParagraph(what);
        report.AddTable(
            ["worker", "user", "confined", "unconfined", "difference", "bar", "", "pairs", "dropped"],
            from result in results
            from series in result.Starts
            let pairs = series.Value.Pairs
            let most = bar(result.Kind)
            select (IReadOnlyList<string>)
            [
                Names[result.Kind], series.Key,
                Report.Text(Quartiles.Of(pairs.Select(p => figure(p.Confined))), "F1"), Report.Text(Quartiles.Of(pairs.Select(p => figure(p.Unconfined))), "F1"),
                Report.Text(Quartiles.Of(pairs.Select(difference)), "F1"), most is null ? "–" : $"≤ {Report.Number(most.Value, "F0")}",
                most is null ? "–" : Report.Judge(ConfinementResult.IsWithin(most, series.Value, difference)),
                $"{pairs.Count}", $"{series.Value.Dropped}",
            ]);
    }

    static void AddSpeed(Report report, IEnumerable<ConfinementResult> results)
    {
        report.AddHeading("Speed inside against outside");
        report.AddParagraph(
            "Tokens per second, prefill of 512 tokens and decode of 128. Each round starts a confined and an unconfined worker, which then take four turns; the ratio is that of their medians.");
        report.AddTable(
            ["worker", "", "inside", "outside", "ratio", "bar", "", "rounds", "dropped"],
            results.SelectMany(r => new IReadOnlyList<string>[]
            {
                Row(r, "prefill", "F0", s => s.PrefillInside, s => s.PrefillOutside, s => s.PrefillRatio),
                Row(r, "decode", "F1", s => s.DecodeInside, s => s.DecodeOutside, s => s.DecodeRatio),
            }));
    }

    static string[] Row(
        ConfinementResult r, string kind, string format, Func<SpeedRound, double> inside, Func<SpeedRound, double> outside, Func<SpeedRound, double> ratio)
        =>
        [
            Names[r.Kind], kind, Report.Text(r.Speed(inside), format), Report.Text(r.Speed(outside), format), Report.Text(r.Speed(ratio), "F3"),
            "≥ " + Report.Number(ConfinementResult.SpeedBar, "F2"), Report.Judge(r.Speed(ratio).Median >= ConfinementResult.SpeedBar),
            $"{r.QuietRounds.Count}", $"{r.Rounds.Count - r.QuietRounds.Count}",
        ];
}
