using System.Diagnostics;
using System.Text.Json;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Peers;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Benchmarks.Confinement;

/// <summary>Measures pairs of starts and prints them as JSON: a program of its own, so that another user can run it.</summary>
static class WorkerStarts
{
    /// <summary>Processor time is counted in ticks of ten milliseconds: whether others disturb can't be seen in a single pair.</summary>
    const int PairsInRound = 4;

    static readonly GenerationRequest Question = new(new ChatPrompt([new("user", "Name three trees.")])) { MaxTokens = 1, Sampling = SamplingOptions.Greedy };

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var worker = RealWorker.From(arguments);
        var pairs = (int)arguments.Number("--pairs", 60);
        var mostUsedByOthers = arguments.Number("--most-used-by-others", PeerSample.MostUsedByOthers);
        arguments.ExpectNoMore();
        Console.WriteLine(JsonSerializer.Serialize(await MeasureAsync(worker, pairs, mostUsedByOthers)));
        return true;
    }

    /// <summary>The same in a process of its own, as this user or as another one who has no rights.</summary>
    internal static async Task<StartSeries> InProcessAsync(RealWorker worker, int pairs, double mostUsedByOthers, bool asNobody)
    {
        string[] line = ["worker-starts", .. worker.Options, "--pairs", $"{pairs}", "--most-used-by-others", FormattableString.Invariant($"{mostUsedByOthers}")];
        var output = asNobody
            ? await Command.RunAsync("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", Command.Self, .. line])
            : await Command.RunAsync(Command.Self, line);
        return JsonSerializer.Deserialize<StartSeries>(output)!;
    }

    internal static async Task<StartSeries> MeasureAsync(RealWorker worker, int pairs, double mostUsedByOthers)
    {
        var quiet = new QuietRuns(mostUsedByOthers);
        var (valid, dropped) = (new List<StartPair>(), 0);
        await PairAsync(worker, confinedFirst: true); // warms the file cache and our own code
        while (valid.Count < pairs)
        {
            var count = Math.Min(PairsInRound, pairs - valid.Count);
            var (round, others) = await quiet.RunAsync(() => RoundAsync(worker, count));
            if (others <= mostUsedByOthers)
                valid.AddRange(round);
            else
                dropped += count;
            await Console.Error.WriteLineAsync($"{Path.GetFileName(worker.Program)} as {Environment.UserName}: {valid.Count} of {pairs} pairs, {dropped} dropped");
        }

        return new(valid, dropped);
    }

    static async Task<List<StartPair>> RoundAsync(RealWorker worker, int count)
    {
        var pairs = new List<StartPair>();
        for (var i = 0; i < count; i++)
            pairs.Add(await PairAsync(worker, confinedFirst: i % 2 == 0));
        return pairs;
    }

    static async Task<StartPair> PairAsync(RealWorker worker, bool confinedFirst)
    {
        var first = await StartAsync(worker, confinedFirst);
        var second = await StartAsync(worker, !confinedFirst);
        return confinedFirst ? new(first, second) : new(second, first);
    }

    static async Task<Start> StartAsync(RealWorker worker, bool confined)
    {
        var start = Stopwatch.GetTimestamp();
        await using var file = await worker.OpenAsync(confined);
        var greeting = Stopwatch.GetElapsedTime(start);
        await using var engine = await file.LoadAsync(RealWorker.Loading);
        await foreach (var said in engine.GenerateAsync(Question))
        {
            if (said is Delta)
                return new(greeting.TotalMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        throw new CommandFailedException($"The worker {worker.Program} gave no answer.");
    }
}
