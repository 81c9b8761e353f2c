using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>Far more than the server can do, for minutes: <c>./test --long load [--minutes N] [--connections N]</c>.</summary>
static class LoadCheck
{
    const int PromptTokens = 64;

    internal const int GenerateTokens = 32;

    internal static readonly Tenant[] Tenants = [new("one", 1), new("two", 2), new("three", 3), new("four", 4)];
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(500);

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var minutes = arguments.Number("--minutes", 10);
        var connections = (int)arguments.Number("--connections", 200);
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        await using var served = await ServedHearth.StartAsync(Command.Program, Path.Combine(Command.Root, BenchmarkModels.Shipped), Tenants, "--context", "1024", "--patience", "30");
        var result = await MeasureAsync(served, minutes, connections);
        var report = await new Report("More than the server can do").AddOriginAsync("./test --long load", ("Hearth", version));
        report.AddParagraph(
            $"{connections} connections of {Tenants.Length} users with the weights {string.Join(", ", Tenants.Select(t => t.Weight))}, each asking again as soon as it is answered ({PromptTokens} tokens of prompt, {GenerateTokens} generated, streamed), for "
            + $"{minutes} minutes, the shipped model, 16 answers at once: {result.Answered:N0} answered, {result.Refused:N0} refused with 429 (the client waits half a second then).");
        report.AddTable(["", "measured", "bar", ""], result.Rows.Select(r => (IReadOnlyList<string>)[r.Name, r.Measured, r.Bar, Report.Judge(r.IsMet)]));
        report.AddTable(["user", "weight", "tokens", "by weight"], result.Shares.Select(s => (IReadOnlyList<string>)[s.Tenant.Name, $"{s.Tenant.Weight}", $"{s.Tokens:N0}", $"{s.Tokens / s.Tenant.Weight:N0}"]));
        await report.WriteAsync("load", new { rows = result.Rows.Select(r => new { r.Name, r.Measured, r.IsMet }), memory = result.Memory.Select(m => new[] { m.Minutes, m.Megabytes }) });
        return result.IsMet;
    }

    internal static async Task<LoadResult> MeasureAsync(ServedHearth served, double minutes, int connections)
    {
        var (samples, memory) = (new ConcurrentBag<LoadSample>(), new List<(double Minutes, double Megabytes)>());
        var start = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        var asking = Enumerable.Range(0, connections).Select(i => AskAsync(served, Tenants[i % Tenants.Length].Name, i, start, samples, over.Token)).ToList();
        while (!over.IsCancellationRequested)
        {
            memory.Add((Stopwatch.GetElapsedTime(start).TotalMinutes, served.Megabytes()));
            await Task.WhenAny(Task.Delay(Pace, over.Token));
        }

        await Task.WhenAll(asking);
        return new(Tenants, minutes, [.. samples], memory);
    }

    static async Task AskAsync(ServedHearth served, string tenant, int connection, long start, ConcurrentBag<LoadSample> samples, CancellationToken over)
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
}
