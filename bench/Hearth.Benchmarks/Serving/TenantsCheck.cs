using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>Whether a tenant can tell from the time to the first token what another one asked: <c>./test --long tenants [--probes N] [--runs N]</c>.</summary>
static class TenantsCheck
{
    const int PromptTokens = 128, OwnProbes = 200;
    const string Victim = "victim", Spy = "spy";

    internal static readonly Tenant[] Tenants = [new(Victim), new(Spy)];

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var probes = (int)arguments.Number("--probes", 2000);
        var runs = (int)arguments.Number("--runs", 3);
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        await using var served = await ServedHearth.StartAsync(Command.Program, Path.Combine(Command.Root, BenchmarkModels.Shipped), Tenants, "--context", "1024");
        var all = new List<TenantsRun>();
        for (var run = 0; run < runs; run++)
        {
            all.Add(await ProbeAsync(served, Random.Shared.Next(1 << 20), probes, OwnProbes));
            await Console.Error.WriteLineAsync($"run {run + 1}: other tenant's p = {all[^1].Other:F3}, own p = {all[^1].Own:E1}");
        }

        var result = new TenantsResult(all);
        var report = await new Report("What one tenant can tell of another").AddOriginAsync("./test --long tenants", ("Hearth", version));
        report.AddParagraph(
            $"Two users of one server, the shipped model. One asks a prompt of {PromptTokens} tokens; then the other asks the same and one that nobody asked, in random order, {probes:N0} probes in all, and compares the times to the first token "
            + $"(Kolmogorov–Smirnov, two samples). Bar: median p over the runs above {Report.Number(TenantsResult.OtherBar, "F2")}; and to show that the time tells something at all, with a prompt of its own that it asked before, against new ones "
            + $"({OwnProbes} each), p below {Report.Number(TenantsResult.OwnBar, "E0")} in each: {Report.Judge(result.IsMet)}, median {Report.Number(result.Other, "F3")}.");
        report.AddTable(["run", "seed", "p, the other tenant's", "p, its own"], all.Select((r, i) => (IReadOnlyList<string>)[$"{i + 1}", $"{r.Seed}", Report.Number(r.Other, "F3"), Report.Number(r.Own, "E1")]));
        await report.WriteAsync("tenants", all);
        return result.IsMet;
    }

    internal static async Task<TenantsRun> ProbeAsync(ServedHearth served, int seed, int probes, int ownProbes)
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

        for (var i = 0; i < ownProbes; i++)
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
