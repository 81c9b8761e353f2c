using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Peers;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>Many chats at once through the server, HTTP and all, against llama.cpp with as many sequences in one batch: <c>./test --long parallel [--model NAME] [--rounds N]</c>.</summary>
static class ParallelCheck
{
    const int Chats = 16, PromptTokens = 128, GenerateTokens = 128;
    const double Bar = 1.5, MostUsedByOthers = 0.05;

    internal const string Tenant = "bench";

    /// <summary>One way to run llama.cpp with many sequences.</summary>
    readonly record struct Setting(bool FlashAttention, bool Repack, bool Unified)
    {
        static readonly bool[] Both = [true, false];

        internal static IEnumerable<Setting> All => from f in Both from r in Both from u in Both select new Setting(f, r, u);

        internal string[] Options => ["--flash-attention", Flag(FlashAttention), "--repack", Flag(Repack), "--unified", Flag(Unified)];

        public override string ToString() => $"flash attention {(FlashAttention ? "on" : "off")}, repack {(Repack ? "on" : "off")}, cache {(Unified ? "shared" : "one for each")}";

        static string Flag(bool on) => on ? "1" : "0";
    }

    /// <summary>What was measured with a model: tokens per second of each round.</summary>
    internal sealed record Result(string Model, string Setting, List<double> Hearth, List<double> Peer, int Dropped)
    {
        internal Quartiles Ratio => Quartiles.Of(Hearth.Zip(Peer, (hearth, peer) => hearth / peer));

        internal bool IsMet => Ratio.Median >= Bar;
    }

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var model = arguments.Text("--model", "");
        var models = model.Length > 0 ? BenchmarkModels.Named(model) : ["smol", "1b-q4_0"];
        var rounds = (int)arguments.Number("--rounds", 8);
        arguments.ExpectNoMore();
        var peer = await Peer.BuildAsync();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        var results = new List<Result>();
        foreach (var name in models)
            results.Add(await MeasureAsync(name, peer, rounds));

        var report = await new Report("Sixteen chats at once").AddOriginAsync("./test --long parallel", ("Hearth", version), ("Peer", peer.Version));
        report.AddParagraph(
            $"{Chats} prompts of {PromptTokens} tokens and {GenerateTokens} tokens generated for each, all at once: generated tokens of all together by the time from the first request to the end of the last "
            + $"answer, median (quartiles). Hearth: the whole server, each chat a connection of its own that streams. llama.cpp: a program in C with {Chats} sequences in one batch, no server around it, its best "
            + $"setting of {Setting.All.Count()}. In turn, {rounds} pairs; a pair is dropped where others used more than {MostUsedByOthers:P0} of the machine.");
        report.AddTable(
            ["model", "Hearth, tokens/s", "llama.cpp, tokens/s", "ratio", $"bar ≥ {Report.Number(Bar, "F1")}", "dropped", "llama.cpp's setting"],
            results.Select(r => (IReadOnlyList<string>)[
                r.Model, Report.Text(Quartiles.Of(r.Hearth), "F0"), Report.Text(Quartiles.Of(r.Peer), "F0"), Report.Text(r.Ratio, "F2"), Report.Judge(r.IsMet), $"{r.Dropped}", r.Setting]));
        await report.WriteAsync("parallel", results);
        return results.TrueForAll(r => r.IsMet);
    }

    static async Task<Result> MeasureAsync(string model, Peer peer, int rounds)
    {
        var file = await BenchmarkModels.FileAsync(model, peer);
        await using var served = await ServedHearth.StartAsync(Command.Program, file, [new(Tenant)], "--context", "512");
        var client = served.ClientOf(Tenant);
        await HearthAsync(client, 0, GenerateTokens);
        var best = (Setting: default(Setting), Rate: 0.0);
        foreach (var setting in Setting.All)
        {
            var rate = await PeerAsync(peer, file, setting);
            await Console.Error.WriteLineAsync($"{model}, {setting}: {rate:F0} tokens/s");
            if (rate > best.Rate)
                best = (setting, rate);
        }

        var result = new Result(model, $"{best.Setting}", [], [], 0);
        var quiet = new QuietRuns(MostUsedByOthers, served.Ticks);
        for (var round = 1; result.Hearth.Count < rounds; round++)
        {
            var peerFirst = round % 2 == 0;
            var early = peerFirst ? await quiet.RunAsync(() => PeerAsync(peer, file, best.Setting)) : default;
            var hearth = await quiet.RunAsync(() => HearthAsync(client, round, GenerateTokens));
            var other = peerFirst ? early : await quiet.RunAsync(() => PeerAsync(peer, file, best.Setting));
            await Console.Error.WriteLineAsync($"{model}, round {round}: {hearth.Result:F0} and {other.Result:F0} tokens/s, {Math.Max(hearth.UsedByOthers, other.UsedByOthers):P1} used by others");
            if (Math.Max(hearth.UsedByOthers, other.UsedByOthers) > MostUsedByOthers)
            {
                result = result with { Dropped = result.Dropped + 1 };
                continue;
            }

            result.Hearth.Add(hearth.Result);
            result.Peer.Add(other.Result);
        }

        return result;
    }

    /// <summary>Prompts that no round had before, so that none is in the cache.</summary>
    internal static async Task<double> HearthAsync(HttpClient client, int round, int generate)
    {
        var start = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, Chats).Select(i => StreamedAnswer.AskAsync(client, StreamedAnswer.Prompt(PromptTokens, (round * Chats) + i), generate)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return Array.TrueForAll(answers, a => a.Tokens == generate)
            ? Chats * generate / seconds
            : throw new CommandFailedException($"Answers had {string.Join(", ", answers.Select(a => $"{(int)a.Status}: {a.Tokens}"))} tokens.");
    }

    static async Task<double> PeerAsync(Peer peer, string file, Setting setting)
    {
        using var json = JsonDocument.Parse(await peer.ParallelAsync(file, Chats, PromptTokens, GenerateTokens, [.. setting.Options, "--threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)]));
        return json.RootElement.GetProperty("tokens_per_second")[0].GetDouble();
    }
}
