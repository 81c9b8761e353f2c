using System.Text.Json;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Checks;

/// <summary>What the numbers of this engine cost in perplexity, against a float64 implementation of others on the same weights and text.</summary>
static class PerplexityCheck
{
    const string Data = "tests/data/SmolLM2-135M-Instruct/perplexity";

    static readonly (string Activations, double Bar)[] Kinds = [("int8", 0.003), ("float", 0.0001)];

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        arguments.ExpectNoMore();
        using var expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Command.Root, $"{Data}.json")));
        var (reference, count) = (expected.RootElement.GetProperty("perplexity").GetDouble(), expected.RootElement.GetProperty("count").GetInt32());
        var results = new List<(string Activations, double Bar, double Perplexity, double Error)>();
        foreach (var (activations, bar) in Kinds)
        {
            using var json = JsonDocument.Parse(await Command.RunAsync(Command.Hearth, "perplexity", BenchmarkModels.Shipped, $"{Data}.txt", "--activations", activations, "--json"));
            if (json.RootElement.GetProperty("count").GetInt32() != count)
                throw new CommandFailedException($"hearth perplexity counted {json.RootElement.GetProperty("count")} tokens; the reference counts {count}.");
            var found = json.RootElement.GetProperty("perplexity").GetDouble();
            results.Add((activations, bar, found, Math.Abs((found / reference) - 1)));
        }

        var report = await new Report("Perplexity of the shipped model").AddOriginAsync("./test --long perplexity", ("Text", $"{Data}.txt, {count} predicted tokens"));
        report.AddTable(
            ["activations", "perplexity", "reference", "relative error", "bar", ""],
            results.Select(r => (string[])[
                r.Activations, Report.Number(r.Perplexity, "F6"), Report.Number(reference, "F6"), Report.Number(r.Error, "P4"), Report.Number(r.Bar, "P2"), Report.Judge(r.Error <= r.Bar)]));
        await report.WriteAsync("perplexity", results.Select(r => new { r.Activations, r.Perplexity, reference, r.Error }));
        return results.All(r => r.Error <= r.Bar);
    }
}
