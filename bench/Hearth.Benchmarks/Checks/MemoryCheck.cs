using System.Globalization;
using System.Text.Json;
using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Checks;

/// <summary>What a worker needs beside its weights and its cache, with the shipped model and a context of 8,192 positions.</summary>
/// <remarks>
/// Twice: after a short prompt, and after one that fills the context. Only pages of the cache that were written are resident, so only these are
/// subtracted: the whole cache would flatter the short case.
/// </remarks>
static class MemoryCheck
{
    const long Megabyte = 1_000_000;
    const long PeakBar = 150 * Megabyte, AnonymousBar = 110 * Megabyte;
    const int Context = 8192, AnswerTokens = 64, PagePositions = 64;

    const string Sentence = "The lighthouse keeper climbed the stairs each evening and lit the lamp.\n";

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        var (weights, cache) = await InspectAsync();
        var cases = new[]
        {
            await MeasureAsync("short prompt", Sentence, weights, cache),
            await MeasureAsync("full context", await FillAsync(), weights, cache),
        };

        var met = cases.All(c => c.PeakBeside <= PeakBar && c.AnonymousBeside <= AnonymousBar);
        var report = await new Report("Memory of a worker").AddOriginAsync("./test --long memory", ("Hearth", version));
        report.AddParagraph(
            $"The shipped model with a context of {Context} positions, after an answer of {AnswerTokens} tokens; megabytes (10⁶). Repacked weights take "
            + $"{Text(weights)}, the whole cache {Text(cache)}; only the pages of the cache that were written are resident and subtracted.");
        report.AddTable(
            ["", "positions", "cache written", "`VmHWM`", "− weights − cache", "bar", "", "`RssAnon`", "− weights − cache", "bar", ""],
            cases.Select(c => (IReadOnlyList<string>)
            [
                c.Name, $"{c.Positions}", Text(c.CacheWritten),
                Text(c.Memory.PeakResident), Text(c.PeakBeside), "≤ " + Text(PeakBar), Report.Judge(c.PeakBeside <= PeakBar),
                Text(c.Memory.Anonymous), Text(c.AnonymousBeside), "≤ " + Text(AnonymousBar), Report.Judge(c.AnonymousBeside <= AnonymousBar),
            ]));
        await report.WriteAsync("memory", new { version, weights, cache, cases });
        return met;
    }

    static async Task<Case> MeasureAsync(string name, string prompt, long weights, long cache)
    {
        var positions = await ShippedModel.CountTokensAsync(prompt) + AnswerTokens;
        var pages = (positions + PagePositions - 1) / PagePositions;
        var memory = await WorkerUnderTest.MeasureAsync(prompt, Context, AnswerTokens);
        return new Case(name, positions, weights, cache * pages * PagePositions / Context, memory);
    }

    /// <summary>As many sentences as the context holds beside the answer.</summary>
    static async Task<string> FillAsync()
    {
        var ten = await ShippedModel.CountTokensAsync(string.Concat(Enumerable.Repeat(Sentence, 10)));
        return string.Concat(Enumerable.Repeat(Sentence, (Context - AnswerTokens - ten) * 10 / ten));
    }

    static async Task<(long Weights, long Cache)> InspectAsync()
    {
        using var json = JsonDocument.Parse(await Command.RunAsync(
            Command.Hearth, "inspect", BenchmarkModels.Shipped, "--context", Context.ToString(CultureInfo.InvariantCulture), "--json"));
        var memory = json.RootElement.GetProperty("memory");
        return (memory.GetProperty("weights").GetInt64(), memory.GetProperty("kv_cache").GetInt64());
    }

    static string Text(long bytes) => Report.Number((double)bytes / Megabyte, "F1");

    sealed record Case(string Name, int Positions, long Weights, long CacheWritten, ProcessMemory Memory)
    {
        public long PeakBeside => Memory.PeakResident - Weights - CacheWritten;

        public long AnonymousBeside => Memory.Anonymous - Weights - CacheWritten;
    }
}
