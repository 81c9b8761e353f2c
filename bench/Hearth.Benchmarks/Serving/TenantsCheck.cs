using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>Whether a tenant can tell from the time to the first token what another one asked: <c>./test --long tenants [--probes N] [--runs N]</c>.</summary>
static class TenantsCheck
{
    const int PromptTokens = 128, OwnProbes = 200;
    const double OtherBar = 0.05, OwnBar = 1e-6;
    const string Victim = "victim", Spy = "spy";

    /// <summary>One run.</summary>
    /// <param name="Seed">Of its prompts and their order.</param>
    /// <param name="Other">How likely the times with and without the other tenant's cache are of one distribution.</param>
    /// <param name="Own">The same of those with and without the tenant's own.</param>
    sealed record Result(int Seed, double Other, double Own);

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var probes = (int)arguments.Number("--probes", 2000);
        var runs = (int)arguments.Number("--runs", 3);
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        await using var served = await ServedHearth.StartAsync(Path.Combine(Command.Root, BenchmarkModels.Shipped), [new(Victim), new(Spy)], "--context", "1024");
        var results = new List<Result>();
        for (var run = 0; run < runs; run++)
        {
            results.Add(await ProbeAsync(served, Random.Shared.Next(1 << 20), probes));
            await Console.Error.WriteLineAsync($"run {run + 1}: other tenant's p = {results[^1].Other:F3}, own p = {results[^1].Own:E1}");
        }

        var other = Quartiles.Of(results.Select(r => r.Other)).Median;
        var met = other > OtherBar && results.TrueForAll(r => r.Own < OwnBar);
        var report = await new Report("What one tenant can tell of another").AddOriginAsync("./test --long tenants", ("Hearth", version));
        report.AddParagraph(
            $"Two users of one server, the shipped model. One asks a prompt of {PromptTokens} tokens; then the other asks the same and one that nobody asked, in random order, {probes:N0} probes in all, and compares the times to the first token "
            + $"(Kolmogorov–Smirnov, two samples). Bar: median p over the runs above {Report.Number(OtherBar, "F2")}; and to show that the time tells something at all, with a prompt of its own that it asked before, against new ones "
            + $"({OwnProbes} each), p below {Report.Number(OwnBar, "E0")} in each: {Report.Judge(met)}, median {Report.Number(other, "F3")}.");
        report.AddTable(["run", "seed", "p, the other tenant's", "p, its own"], results.Select((r, i) => (IReadOnlyList<string>)[$"{i + 1}", $"{r.Seed}", Report.Number(r.Other, "F3"), Report.Number(r.Own, "E1")]));
        await report.WriteAsync("tenants", results);
        return met;
    }

    static async Task<Result> ProbeAsync(ServedHearth served, int seed, int probes)
    {
        var random = new Random(seed);
        var (cached, fresh, own, none) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        await TimeAsync(Spy, Prompt());
        for (var i = 0; i < probes / 2; i++)
        {
            var known = Prompt();
            await TimeAsync(Victim, known);
            await InRandomOrderAsync((cached, known), (fresh, Prompt()));
        }

        for (var i = 0; i < OwnProbes; i++)
        {
            var known = Prompt();
            await TimeAsync(Spy, known);
            await InRandomOrderAsync((own, known), (none, Prompt()));
        }

        return new(seed, KolmogorovSmirnov.Test(cached, fresh), KolmogorovSmirnov.Test(own, none));

        int[] Prompt() => StreamedAnswer.Prompt(PromptTokens, random.Next());

        async Task InRandomOrderAsync(params (List<double> Times, int[] Prompt)[] two)
        {
            if (random.Next(2) == 0)
                Array.Reverse(two);
            foreach (var (times, prompt) in two)
                times.Add(await TimeAsync(Spy, prompt));
        }

        async Task<double> TimeAsync(string tenant, int[] prompt) => (await StreamedAnswer.AskAsync(served.ClientOf(tenant), prompt, 1)).TimeToFirst.TotalMilliseconds;
    }
}
