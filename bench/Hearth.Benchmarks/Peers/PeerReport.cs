using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Peers;

/// <summary>The page about the peer alone: every setting of every model.</summary>
static class PeerReport
{
    internal static async Task<bool> WriteAsync(Peer peer, IReadOnlyList<ModelComparison> comparisons)
    {
        var report = await new Report("llama.cpp alone: the reference figures").AddOriginAsync(
            "./test --long peers --rounds 0", ("Peer", peer.Version));
        report.AddParagraph(
            $"Tokens per second, median (quartiles) over the runs in which others used at most {PeerSample.MostUsedByOthers:P0} of the machine. "
            + $"Prefill of {ModelComparison.PromptTokens} tokens, decode of {ModelComparison.GenerateTokens} tokens from an empty context. "
            + "Every setting ran once; those near the best ran again.");
        AddSettings(report, comparisons);
        await report.WriteAsync("llama.cpp", comparisons.Select(c => new { c.Model, Peer = peer.Version, c.Settings }));
        return true;
    }

    /// <summary>One table a model, the best of each kind in bold.</summary>
    internal static void AddSettings(Report report, IEnumerable<ModelComparison> comparisons)
    {
        foreach (var c in comparisons)
        {
            report.AddHeading($"llama.cpp's settings for {c.Model}");
            report.AddTable(
                ["setting", "runs", "prefill", "decode"],
                c.Settings.Select(s => (IReadOnlyList<string>)
                [
                    s.Setting.ToString(),
                    $"{s.Runs}",
                    Mark(Report.Text(s.Prefill, "F0"), s == c.BestPrefill),
                    Mark(Report.Text(s.Decode, "F1"), s == c.BestDecode),
                ]));
        }
    }

    static string Mark(string text, bool best) => best ? $"**{text}**" : text;
}
