using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Peers;

/// <summary>The page that compares Hearth with the peer and judges the bars.</summary>
static class PairReport
{
    /// <summary>Writes the page, one of its own where models were chosen; true when every bar is met.</summary>
    internal static async Task<bool> WriteAsync(string models, Peer peer, HearthBench hearth, IReadOnlyList<ModelComparison> comparisons)
    {
        var (title, option, name) = models == BenchmarkModels.All ? ("", "", "") : ($", {models}", $" --model {models}", $"-{models.Replace(',', '+')}");
        var report = await new Report($"Hearth beside llama.cpp{title}").AddOriginAsync(
            $"./test --long peers{option}", ("Hearth", hearth.Version), ("Peer", peer.Version));
        report.AddParagraph(
            $"Tokens per second, median (quartiles). Prefill of {ModelComparison.PromptTokens} tokens, decode of {ModelComparison.GenerateTokens} tokens "
            + "from an empty context. Each round runs the peer's best setting and Hearth in turn, new processes each time, who goes first alternating; the "
            + "ratio is that of the two runs of a round. Rounds in which others used more than "
            + $"{PeerSample.MostUsedByOthers:P0} of the machine were dropped.");
        AddRatios(report, comparisons);
        AddLimits(report, comparisons);
        PeerReport.AddSettings(report, comparisons);
        await report.WriteAsync($"peers{name}", comparisons.Select(c => new { c.Model, Hearth = hearth.Version, Peer = peer.Version, c.ValidPairs, c.Settings }));
        return comparisons.All(c => RatiosMet(c) && LimitMet(c));
    }

    static void AddRatios(Report report, IEnumerable<ModelComparison> comparisons)
    {
        report.AddHeading("Tokens per second");
        report.AddTable(
            ["model", "", "Hearth", "llama.cpp", "ratio", "bar", "", "pairs", "dropped"],
            comparisons.SelectMany(c => new IReadOnlyList<string>[]
            {
                Row(c, "prefill", "F0", p => p.Hearth.Prefill, p => p.PeerPrefill, p => p.PrefillRatio, Bars.Prefill),
                Row(c, "decode", "F1", p => p.Hearth.Decode, p => p.PeerDecode, p => p.DecodeRatio, Bars.Decode),
            }));
    }

    static string[] Row(
        ModelComparison c, string kind, string format, Func<Pair, double> hearth, Func<Pair, double> peer, Func<Pair, double> ratio, double bar)
        =>
        [
            c.Model, kind, Report.Text(Of(c, hearth), format), Report.Text(Of(c, peer), format), Report.Text(Of(c, ratio), "F2"),
            "≥ " + Report.Number(bar, "F1"), Report.Judge(Of(c, ratio).Median >= bar), $"{c.ValidPairs.Count}", $"{c.DroppedPairs}",
        ];

    static void AddLimits(Report report, IEnumerable<ModelComparison> comparisons)
    {
        report.AddHeading("What the machine allows");
        report.AddParagraph(
            "Measured by Hearth in the same runs: how many int8 multiply-accumulates a second the processor can do and how many prefill did in its matrices; "
            + "how fast the same threads read the same weights, and how fast decode read them.");
        report.AddTable(
            ["model", "int8 peak, G/s", "prefill's share", "raw read, GB/s", "decode's share", "bar", ""],
            comparisons.Select(c => (IReadOnlyList<string>)
            [
                c.Model,
                Report.Text(Of(c, p => p.Hearth.Int8Peak / 1e9), "F0"), Report.Text(Of(c, p => p.Hearth.ShareOfPeak), "P0"),
                Report.Text(Of(c, p => p.Hearth.RawRead / 1e9), "F1"), Report.Text(Of(c, p => p.Hearth.ShareOfRawRead), "F2"),
                .. Bars.CountsRawRead(c.Model)
                    ? (string[])["≥ " + Report.Number(Bars.ShareOfRawRead, "F2"), Report.Judge(LimitMet(c))]
                    : ["–", "–"],
            ]));
    }

    static bool RatiosMet(ModelComparison c)
        => Of(c, p => p.PrefillRatio).Median >= Bars.Prefill && Of(c, p => p.DecodeRatio).Median >= Bars.Decode;

    static bool LimitMet(ModelComparison c) => !Bars.CountsRawRead(c.Model) || Of(c, p => p.Hearth.ShareOfRawRead).Median >= Bars.ShareOfRawRead;

    static Quartiles Of(ModelComparison c, Func<Pair, double> figure) => Quartiles.Of(c.ValidPairs.Select(figure));
}
