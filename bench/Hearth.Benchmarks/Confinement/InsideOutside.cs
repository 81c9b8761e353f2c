using Hearth.Benchmarks.Measuring;
using Hearth.Requests;
using Hearth.Requests.Events;

namespace Hearth.Benchmarks.Confinement;

/// <summary>Prefill and decode inside the confinement against outside of it.</summary>
/// <remarks>
/// Both workers live at the same time and take turns, so that the machine's slow and fast moments meet both. Each round starts new ones: where a
/// process happens to lie in memory stays with it as long as it lives.
/// </remarks>
static class InsideOutside
{
    const int Turns = 4, PromptTokens = 512, GenerateTokens = 128;

    /// <summary>Rounds until so many were quiet; the others are kept too, as disturbed ones.</summary>
    internal static async Task<IReadOnlyList<SpeedRound>> MeasureAsync(RealWorker worker, int rounds, double mostUsedByOthers)
    {
        var quiet = new QuietRuns(mostUsedByOthers);
        var all = new List<SpeedRound>();
        while (all.Count(r => r.UsedByOthers <= mostUsedByOthers) < rounds)
        {
            var (round, others) = await quiet.RunAsync(() => RoundAsync(worker, insideFirst: all.Count % 2 == 0));
            all.Add(round with { UsedByOthers = others });
            await Console.Error.WriteLineAsync(
                $"{Path.GetFileName(worker.Program)}: round {all.Count}, prefill {round.PrefillRatio:F3}, decode {round.DecodeRatio:F3}, {others:P1} used by others");
        }

        return all;
    }

    static async Task<SpeedRound> RoundAsync(RealWorker worker, bool insideFirst)
    {
        await using var firstFile = await worker.OpenAsync(confined: insideFirst);
        await using var secondFile = await worker.OpenAsync(confined: !insideFirst);
        await using var first = await firstFile.LoadAsync(RealWorker.Loading);
        await using var second = await secondFile.LoadAsync(RealWorker.Loading);
        var (early, late) = (new List<(double Prefill, double Decode)>(), new List<(double Prefill, double Decode)>());
        for (var turn = 0; turn < Turns; turn++)
        {
            early.Add(await SpeedAsync(first));
            late.Add(await SpeedAsync(second));
        }

        var (inside, outside) = insideFirst ? (early, late) : (late, early);
        return new(Median(inside.Select(s => s.Prefill)), Median(outside.Select(s => s.Prefill)), Median(inside.Select(s => s.Decode)), Median(outside.Select(s => s.Decode)), 0);
    }

    static async Task<(double Prefill, double Decode)> SpeedAsync(IEngine engine)
    {
        var (prefill, decode) = (double.NaN, double.NaN);
        await foreach (var figure in engine.MeasureAsync(new(PromptTokens, GenerateTokens, 1)))
        {
            (prefill, decode) = figure.Kind switch
            {
                MeasurementKind.Prefill => (figure.Value, decode),
                MeasurementKind.Decode => (prefill, figure.Value),
                _ => (prefill, decode),
            };
        }

        return (prefill, decode);
    }

    static double Median(IEnumerable<double> samples) => Quartiles.Of(samples).Median;
}
