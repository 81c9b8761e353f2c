using System.Diagnostics;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Peers;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>What a reader of a stream notices of the server and of the others who use it: <c>./test --long serving [--model NAME] [--rounds N]</c>.</summary>
static class ServingCheck
{
    const int LongPrompt = 2000, ShortPrompt = 16, Overheard = 128, OverheadPairs = 4, WarmUps = 32;
    const double StutterBar = 3, CachedBar = 0.15, OverheadBar = 0.03, MostUsedByOthers = 0.05;

    /// <summary>A stream that says nothing for so long says nothing any more.</summary>
    static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(2);

    internal const int UndisturbedGaps = 60;
    internal const string Reader = "reader", Context = "8192";

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var model = arguments.Text("--model", "");
        var models = model.Length > 0 ? BenchmarkModels.Named(model) : ["smol", "1b-q4_0"];
        var rounds = (int)arguments.Number("--rounds", 8);
        arguments.ExpectNoMore();
        var peer = await Peer.BuildAsync();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        var results = new List<(string Model, List<ServingFigure> Figures)>();
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

    static async Task<List<ServingFigure>> MeasureAsync(string file, int rounds)
    {
        List<ServingFigure> figures;
        await using (var served = await ServedHearth.StartAsync(Command.Program, file, [new(Reader)], "--context", Context))
            figures = await MeasureAsync(served, rounds, MostUsedByOthers);
        await using var hosted = await HostedHearth.StartAsync(file, Command.Worker);
        // Both ways are compiled for good before they are compared.
        for (var i = 0; i < WarmUps; i++)
            await OverheadAsync(hosted, i);
        return [.. figures, await MeasureAsync(hosted, OverheadPairs * rounds, MostUsedByOthers)];
    }

    /// <param name="served">The server.</param>
    /// <param name="rounds">How often each is measured.</param>
    /// <param name="mostUsedByOthers">The share of the machine with which a round counts.</param>
    internal static async Task<List<ServingFigure>> MeasureAsync(ServedHearth served, int rounds, double mostUsedByOthers)
    {
        var client = served.ClientOf(Reader);
        await StreamedAnswer.AskAsync(client, StreamedAnswer.Prompt(ShortPrompt, 0), Overheard);
        var quiet = new QuietRuns(mostUsedByOthers, served.Ticks);
        var seed = 1;
        return
        [
            await RepeatAsync("stutter", StutterBar, async () => (await ListenAsync(client, seed++)).Gaps.Stutter, rounds, quiet),
            await RepeatAsync("cached prompt", CachedBar, () => CachedAsync(client, seed++), rounds, quiet),
        ];
    }

    /// <param name="hosted">The server.</param>
    /// <param name="pairs">How often it is compared with its engine.</param>
    /// <param name="mostUsedByOthers">The share of the machine with which a pair counts.</param>
    internal static Task<ServingFigure> MeasureAsync(HostedHearth hosted, int pairs, double mostUsedByOthers)
    {
        var seed = WarmUps;
        return RepeatAsync("overhead", OverheadBar, () => OverheadAsync(hosted, seed++), pairs, new(mostUsedByOthers, HostedHearth.Ticks));
    }

    static async Task<ServingFigure> RepeatAsync(string name, double bar, Func<Task<double>> measure, int rounds, QuietRuns quiet)
    {
        var figure = new ServingFigure(name, bar, [], 0);
        while (figure.Values.Count < rounds)
        {
            var (value, others) = await quiet.RunAsync(measure);
            await Console.Error.WriteLineAsync($"{name}: {value:F3}, {others:P1} used by others");
            if (others <= quiet.MostUsedByOthers)
                figure.Values.Add(value);
            else
                figure = figure with { Dropped = figure.Dropped + 1 };
        }

        return figure;
    }

    /// <summary>Listens to a stream while another request is answered, of which it tells the time to the first piece.</summary>
    internal static async Task<(StreamGaps Gaps, TimeSpan Other)> ListenAsync(HttpClient client, int seed)
    {
        using var read = new CancellationTokenSource();
        using var pieces = new SemaphoreSlim(0);
        var arrivals = new List<long>();
        var reading = StreamedAnswer.AskAsync(client, StreamedAnswer.Prompt(ShortPrompt, seed), 6000, Heard, read.Token);
        for (var i = 0; i <= UndisturbedGaps; i++)
            await PieceAsync();
        var other = await StreamedAnswer.AskAsync(client, StreamedAnswer.Prompt(LongPrompt, seed), 1);
        // The gap in which its answer came has an end, too.
        while (pieces.CurrentCount > 0)
            await PieceAsync();
        await PieceAsync();
        await read.CancelAsync();
        try
        {
            await reading;
        }
        catch (OperationCanceledException)
        {
            // It has read enough.
        }

        return (StreamGaps.Of(arrivals, other.Sent, other.Arrivals[0]), other.TimeToFirst);

        async Task PieceAsync()
        {
            var piece = pieces.WaitAsync(LongestGap);
            if (await Task.WhenAny(reading, piece) == reading)
                throw new CommandFailedException("The stream that is listened to ended.");
            if (!await piece)
                throw new CommandFailedException($"The stream that is listened to stood still for {LongestGap.TotalMinutes} minutes.");
        }

        void Heard()
        {
            arrivals.Add(Stopwatch.GetTimestamp());
            pieces.Release();
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
