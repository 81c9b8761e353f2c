using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;

namespace Hearth.Benchmarks.Peers;

/// <summary>Hearth against llama.cpp: <c>./test --long peers [--model NAME] [--rounds N] [--minutes N]</c>.</summary>
/// <remarks>
/// <c>--rounds 0</c> measures the peer alone. <c>--minutes</c> stops between two runs; the next call goes on, since samples are kept for each build.
/// </remarks>
static class PeersCheck
{
    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var names = arguments.Text("--model", BenchmarkModels.All);
        var models = BenchmarkModels.Named(names);
        var rounds = (int)arguments.Number("--rounds", 8);
        var limit = new TimeLimit(TimeProvider.System, TimeSpan.FromMinutes(arguments.Number("--minutes", TimeSpan.FromDays(1).TotalMinutes)));
        arguments.ExpectNoMore();

        var peer = await Peer.BuildAsync();
        var hearth = rounds > 0 ? await HearthBench.BuildAsync() : null;
        var comparisons = models.Select(model => new ModelComparison(model, peer, hearth)).ToArray();
        var complete = true;
        foreach (var comparison in comparisons)
            complete &= await comparison.RunAsync(rounds, limit);

        if (!complete)
        {
            await Console.Error.WriteLineAsync("Time is over before everything was measured. The same command goes on from here.");
            return false;
        }

        return hearth is null
            ? await PeerReport.WriteAsync(peer, comparisons)
            : await PairReport.WriteAsync(names, peer, hearth, comparisons);
    }
}
