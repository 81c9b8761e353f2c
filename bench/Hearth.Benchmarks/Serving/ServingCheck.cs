using System.Diagnostics;
using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Peers;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>What a reader of a stream notices of the server and of the others who use it: <c>./test --long serving [--model NAME] [--rounds N]</c>.</summary>
static class ServingCheck
{
    const int LongPrompt = 2000, ShortPrompt = 16, UndisturbedGaps = 60, Overheard = 128, OverheadPairs = 4, WarmUps = 32;
    const double StutterBar = 3, CachedBar = 0.15, OverheadBar = 0.03, MostUsedByOthers = 0.05;
    const string Reader = "reader";

    /// <summary>One figure of a model.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Bar">What it may be at most.</param>
    /// <param name="Values">Of each round.</param>
    /// <param name="Dropped">Rounds in which others used too much.</param>
    sealed record Figure(string Name, double Bar, List<double> Values, int Dropped)
    {
        internal Quartiles Result => Quartiles.Of(Values);

        internal bool IsMet => Result.Median <= Bar;
    }

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var model = arguments.Text("--model", "");
        var models = model.Length > 0 ? BenchmarkModels.Named(model) : ["smol", "1b-q4_0"];
        var rounds = (int)arguments.Number("--rounds", 8);
        arguments.ExpectNoMore();
        var peer = await Peer.BuildAsync();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        var results = new List<(string Model, List<Figure> Figures)>();
        foreach (var name in models)
            results.Add((name, await MeasureAsync(await BenchmarkModels.FileAsync(name, peer), rounds)));

        var report = await new Report("What a reader notices").AddOriginAsync("./test --long serving", ("Hearth", version));
        report.AddParagraph(
            $"The server as a user starts it, over HTTP. *Stutter*: the 99th percentile of the gaps between the pieces of a stream while another prompt of {LongPrompt:N0} tokens is admitted and computed, by the median gap "
            + $"of the same stream before. *Cached prompt*: time to the first token of a prompt of {LongPrompt:N0} tokens that was asked before, by that of one that was not. *Overhead*: how much longer a token of one stream of {Overheard} takes its reader "
            + $"than the engine of the same worker when nobody hears of it (no HTTP, no link; here the server is in the process that measures). {rounds} rounds each ({OverheadPairs * rounds} of the overhead), median (quartiles); a round is dropped where others used more than {MostUsedByOthers:P0} of the machine.");
        report.AddTable(
            ["model", "", "measured", "bar", "", "dropped"],
            results.SelectMany(r => r.Figures.Select(f => (IReadOnlyList<string>)[r.Model, f.Name, Report.Text(f.Result, "F3"), $"≤ {Report.Number(f.Bar, "G3")}", Report.Judge(f.IsMet), $"{f.Dropped}"])));
        await report.WriteAsync("serving", results.Select(r => new { r.Model, r.Figures }));
        return results.TrueForAll(r => r.Figures.TrueForAll(f => f.IsMet));
    }

    static async Task<List<Figure>> MeasureAsync(string file, int rounds)
    {
        var seed = 1;
        var figures = new List<Figure>();
        await using (var served = await ServedHearth.StartAsync(file, [new(Reader)], "--context", "8192"))
        {
            var client = served.ClientOf(Reader);
            await StreamedAnswer.AskAsync(client, StreamedAnswer.Prompt(ShortPrompt, 0), Overheard);
            var quiet = new QuietRuns(MostUsedByOthers, served.Ticks);
            figures.Add(await RepeatAsync("stutter", StutterBar, rounds, quiet, () => StutterAsync(client, seed++)));
            figures.Add(await RepeatAsync("cached prompt", CachedBar, rounds, quiet, () => CachedAsync(client, seed++)));
        }

        await using (var hosted = await HostedHearth.StartAsync(file))
        {
            // Both ways are compiled for good before they are compared.
            for (var i = 0; i < WarmUps; i++)
                await OverheadAsync(hosted, seed++);
            var quiet = new QuietRuns(MostUsedByOthers, () => ProcessTree.Descendants(Environment.ProcessId).Sum(ProcessTree.Ticks));
            figures.Add(await RepeatAsync("overhead", OverheadBar, OverheadPairs * rounds, quiet, () => OverheadAsync(hosted, seed++)));
        }

        return figures;
    }

    static async Task<Figure> RepeatAsync(string name, double bar, int rounds, QuietRuns quiet, Func<Task<double>> measure)
    {
        var figure = new Figure(name, bar, [], 0);
        while (figure.Values.Count < rounds)
        {
            var (value, others) = await quiet.RunAsync(measure);
            await Console.Error.WriteLineAsync($"{name}: {value:F3}, {others:P1} used by others");
            if (others <= MostUsedByOthers)
                figure.Values.Add(value);
            else
                figure = figure with { Dropped = figure.Dropped + 1 };
        }

        return figure;
    }

    static async Task<double> StutterAsync(HttpClient client, int seed)
    {
        using var read = new CancellationTokenSource();
        var (arrivals, enough) = (new List<long>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var reading = StreamedAnswer.AskAsync(client, StreamedAnswer.Prompt(ShortPrompt, seed), 6000, Heard, read.Token);
        await enough.Task;
        var other = await StreamedAnswer.AskAsync(client, StreamedAnswer.Prompt(LongPrompt, seed), 1);
        await read.CancelAsync();
        try
        {
            await reading;
        }
        catch (OperationCanceledException)
        {
            // It has read enough.
        }

        var gaps = arrivals.Zip(arrivals.Skip(1), (from, to) => (From: from, Milliseconds: Stopwatch.GetElapsedTime(from, to).TotalMilliseconds)).ToList();
        var before = Quartiles.Of(gaps.Where(g => g.From < other.Sent).Select(g => g.Milliseconds)).Median;
        var during = gaps.Where(g => g.From >= other.Sent && g.From < other.Arrivals[0]).Select(g => g.Milliseconds).Order().ToList();
        return during[(int)Math.Ceiling(0.99 * during.Count) - 1] / before;

        void Heard()
        {
            arrivals.Add(Stopwatch.GetTimestamp());
            if (arrivals.Count == UndisturbedGaps)
                enough.TrySetResult();
        }
    }

    static async Task<double> CachedAsync(HttpClient client, int seed)
    {
        var prompt = StreamedAnswer.Prompt(LongPrompt, seed);
        var first = await StreamedAnswer.AskAsync(client, prompt, 1);
        var again = await StreamedAnswer.AskAsync(client, prompt, 1);
        return again.TimeToFirst / first.TimeToFirst;
    }

    /// <summary>The share of a token's time that the server adds; who goes first alternates.</summary>
    static async Task<double> OverheadAsync(HostedHearth hosted, int seed)
    {
        var early = seed % 2 == 0 ? await hosted.BareRateAsync(Overheard) : 0;
        var served = hosted.ServedRate(Overheard, seed);
        return ((seed % 2 == 0 ? early : await hosted.BareRateAsync(Overheard)) / served) - 1;
    }
}
