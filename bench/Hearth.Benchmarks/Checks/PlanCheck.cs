using System.Text.Json;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Peers;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Checks;

/// <summary>
/// What <c>hearth plan</c> estimates against what <c>hearth bench</c> measures, in pairs, since memory speed drifts from minute to minute: <c>./test --long plan [--pairs N] [--most-used-by-others SHARE]</c>.
/// </summary>
static class PlanCheck
{
    const double Bar = 0.25;
    const int Prompt = 512, Answer = 128;

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var pairs = (int)arguments.Number("--pairs", 8);
        var quiet = new QuietRuns(arguments.Number("--most-used-by-others", PeerSample.MostUsedByOthers));
        arguments.ExpectNoMore();
        var rows = new List<(string File, Quartiles Prefill, Quartiles PrefillRatio, Quartiles Decode, Quartiles DecodeRatio)>();
        foreach (var file in Files())
        {
            var samples = new List<(double Prefill, double Decode, HearthRun Run)>();
            while (samples.Count < pairs)
            {
                var (sample, usedByOthers) = await quiet.RunAsync(() => PairAsync(file));
                if (usedByOthers <= quiet.MostUsedByOthers)
                    samples.Add(sample);
            }

            rows.Add((
                Path.GetFileName(file),
                Quartiles.Of(samples.Select(s => s.Run.Prefill)), Quartiles.Of(samples.Select(s => s.Prefill / s.Run.Prefill)),
                Quartiles.Of(samples.Select(s => s.Run.Decode)), Quartiles.Of(samples.Select(s => s.Decode / s.Run.Decode))));
        }

        var report = await new Report("Estimates of speed").AddOriginAsync("./test --long plan");
        report.AddParagraph($"`hearth plan` and `hearth bench` in turn, {pairs} pairs a file; a ratio is the estimate over the figure measured right after it, median (quartiles). Pairs in which others used more than {quiet.MostUsedByOthers:P0} of the machine were dropped. Bar: within {Bar:P0}.");
        report.AddTable(
            ["file", $"prefill {Prompt}, tokens/s", "estimate / measured", "", $"decode {Answer}, tokens/s", "estimate / measured", ""],
            rows.Select(r => (string[])[
                r.File, Report.Text(r.Prefill, "F0"), Report.Text(r.PrefillRatio, "F2"), Report.Judge(IsMet(r.PrefillRatio)),
                Report.Text(r.Decode, "F1"), Report.Text(r.DecodeRatio, "F2"), Report.Judge(IsMet(r.DecodeRatio))]));
        await report.WriteAsync("plan", rows.Select(r => new { r.File, r.Prefill, r.PrefillRatio, r.Decode, r.DecodeRatio }));
        return rows.All(r => IsMet(r.PrefillRatio) && IsMet(r.DecodeRatio));
    }

    static bool IsMet(Quartiles ratio) => Math.Abs(ratio.Median - 1) <= Bar;

    /// <summary>The model that ships, and the random ones that earlier checks left.</summary>
    static IEnumerable<string> Files()
        => Directory.Exists(BenchmarkModels.Cache)
            ? Directory.GetFiles(BenchmarkModels.Cache, "random-*.gguf").Order().Prepend(Path.Combine(Command.Root, BenchmarkModels.Shipped))
            : [Path.Combine(Command.Root, BenchmarkModels.Shipped)];

    static async Task<(double Prefill, double Decode, HearthRun Run)> PairAsync(string file)
    {
        using var json = JsonDocument.Parse(await Command.RunAsync(Command.Hearth, "plan", file, "--json"));
        return (json.RootElement.GetProperty("prefill_tokens_per_second").GetDouble(), json.RootElement.GetProperty("decode_tokens_per_second").GetDouble(), await HearthBench.RunAsync(file, Prompt, Answer));
    }
}
