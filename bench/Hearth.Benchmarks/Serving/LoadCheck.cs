using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>Far more than the server can do, for minutes: <c>./test --long load [--minutes N] [--connections N]</c>.</summary>
static class LoadCheck
{
    const int PromptTokens = 64, GenerateTokens = 32;
    const double SlopeBar = 1, ShareBar = 1.25, StableBar = 1.25, Megabyte = 1024 * 1024;

    static readonly Tenant[] Tenants = [new("one", 1), new("two", 2), new("three", 3), new("four", 4)];
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5), Settling = TimeSpan.FromMinutes(2), Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>One request.</summary>
    /// <param name="Tenant">Whose.</param>
    /// <param name="Minutes">When it was sent, from the start.</param>
    /// <param name="Status">What became of it; 0 where the connection broke.</param>
    /// <param name="Seconds">How long the whole answer took.</param>
    /// <param name="Tokens">How many it has.</param>
    readonly record struct Sample(string Tenant, double Minutes, int Status, double Seconds, int Tokens);

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var minutes = arguments.Number("--minutes", 10);
        var connections = (int)arguments.Number("--connections", 200);
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        await using var served = await ServedHearth.StartAsync(Path.Combine(Command.Root, BenchmarkModels.Shipped), Tenants, "--context", "1024", "--patience", "30");
        var (samples, memory) = (new ConcurrentBag<Sample>(), new List<(double Minutes, double Megabytes)>());
        var start = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        var asking = Enumerable.Range(0, connections).Select(i => AskAsync(served, Tenants[i % Tenants.Length].Name, i, start, samples, over.Token)).ToList();
        while (!over.IsCancellationRequested)
        {
            memory.Add((Stopwatch.GetElapsedTime(start).TotalMinutes, ProcessTree.Descendants(served.ProcessId).Append(served.ProcessId).Sum(id => ProcessMemory.Of(id).Anonymous) / Megabyte));
            await Task.WhenAny(Task.Delay(Pace, over.Token));
        }

        await Task.WhenAll(asking);
        return await JudgeAsync([.. samples], memory, minutes, connections, version);
    }

    static async Task<bool> JudgeAsync(List<Sample> samples, List<(double Minutes, double Megabytes)> memory, double minutes, int connections, string version)
    {
        var settled = Settling.TotalMinutes < minutes / 2 ? Settling.TotalMinutes : minutes / 5;
        var (answered, refused, failed) = (samples.Where(s => s.Status == 200).ToList(), samples.Count(s => s.Status == 429), samples.Count(s => s.Status is not (200 or 429)));
        var steady = answered.Where(s => s.Minutes >= settled).ToList();
        var shares = Tenants.Select(t => (t.Name, t.Weight, Tokens: steady.Where(s => s.Tenant == t.Name).Sum(s => s.Tokens))).ToList();
        var share = shares.Max(s => (double)s.Tokens / s.Weight) / shares.Min(s => (double)s.Tokens / s.Weight);
        var slope = Slope([.. memory.Where(m => m.Minutes >= settled)]);
        var half = (settled + minutes) / 2;
        var (early, late) = (P99(steady.Where(s => s.Minutes < half)), P99(steady.Where(s => s.Minutes >= half)));
        (string Name, string Measured, string Bar, bool IsMet)[] rows =
        [
            ("requests that failed, but for 429", $"{failed}", "0", failed == 0),
            ("memory of server and worker after two minutes", $"{Report.Number(slope, "F2")} MB a minute", $"< {SlopeBar}", slope < SlopeBar),
            ("tokens of a user by weight, most by least", Report.Number(share, "F3"), $"≤ {Report.Number(ShareBar, "G3")}", share <= ShareBar),
            ("p99 of the time of admitted requests, second half by first", $"{Report.Number(late, "F2")} s / {Report.Number(early, "F2")} s = {Report.Number(late / early, "F2")}", $"≤ {Report.Number(StableBar, "G3")}", late <= early * StableBar),
        ];
        var report = await new Report("More than the server can do").AddOriginAsync("./test --long load", ("Hearth", version));
        report.AddParagraph(
            $"{connections} connections of {Tenants.Length} users with the weights {string.Join(", ", Tenants.Select(t => t.Weight))}, each asking again as soon as it is answered ({PromptTokens} tokens of prompt, {GenerateTokens} generated, streamed), for "
            + $"{minutes} minutes, the shipped model, 16 answers at once: {answered.Count:N0} answered, {refused:N0} refused with 429 (the client waits half a second then).");
        report.AddTable(["", "measured", "bar", ""], rows.Select(r => (IReadOnlyList<string>)[r.Name, r.Measured, r.Bar, Report.Judge(r.IsMet)]));
        report.AddTable(["user", "weight", "tokens", "by weight"], shares.Select(s => (IReadOnlyList<string>)[s.Name, $"{s.Weight}", $"{s.Tokens:N0}", $"{s.Tokens / s.Weight:N0}"]));
        await report.WriteAsync("load", new { rows = rows.Select(r => new { r.Name, r.Measured, r.IsMet }), memory = memory.Select(m => new[] { m.Minutes, m.Megabytes }) });
        return Array.TrueForAll(rows, r => r.IsMet);
    }

    static async Task AskAsync(ServedHearth served, string tenant, int connection, long start, ConcurrentBag<Sample> samples, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var minutes = Stopwatch.GetElapsedTime(start).TotalMinutes;
            try
            {
                var answer = await StreamedAnswer.AskAsync(served.ClientOf(tenant), StreamedAnswer.Prompt(PromptTokens, (connection << 16) + i), GenerateTokens, cancellationToken: CancellationToken.None);
                samples.Add(new(tenant, minutes, (int)answer.Status, answer.Arrivals.Count > 0 ? answer.Time.TotalSeconds : 0, answer.Tokens));
                if (answer.Status == HttpStatusCode.TooManyRequests)
                    await Task.WhenAny(Task.Delay(Pause, over));
            }
            catch (Exception e) when (e is HttpRequestException or IOException or CommandFailedException)
            {
                samples.Add(new(tenant, minutes, 0, 0, 0));
            }
        }
    }

    static double P99(IEnumerable<Sample> samples)
    {
        var sorted = samples.Select(s => s.Seconds).Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[(int)Math.Ceiling(0.99 * sorted.Count) - 1];
    }

    /// <summary>The slope of the line of least squares, a minute.</summary>
    static double Slope(List<(double Minutes, double Megabytes)> memory)
    {
        var (x, y) = (memory.Average(m => m.Minutes), memory.Average(m => m.Megabytes));
        return memory.Sum(m => (m.Minutes - x) * (m.Megabytes - y)) / memory.Sum(m => (m.Minutes - x) * (m.Minutes - x));
    }
}
