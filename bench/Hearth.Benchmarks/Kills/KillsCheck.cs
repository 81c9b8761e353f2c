using System.Globalization;
using System.Text.Json;
using Hearth.Benchmarks.Confinement;
using Hearth.Benchmarks.Measuring;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Kills;

/// <summary>Workers and hosts killed at random points leave nothing: <c>./test --long kills [--workers N] [--warm-up N] [--hosts N] [--seed N] [--worker PATH]</c>.</summary>
static class KillsCheck
{
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(100);

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim(); // builds where needed
        var program = arguments.Text("--worker", Command.Worker);
        var (workers, warmUp, hosts) = ((int)arguments.Number("--workers", 1000), (int)arguments.Number("--warm-up", 100), (int)arguments.Number("--hosts", 200));
        var seed = (int)arguments.Number("--seed", Environment.TickCount & 0xffff);
        arguments.ExpectNoMore();
        await Console.Error.WriteLineAsync($"Seed {seed}.");
        var result = await MeasureAsync(new(program, Path.Combine(Command.Root, BenchmarkModels.Shipped)), workers, warmUp, hosts, seed);
        await WriteAsync(version, Path.GetFileName(program), warmUp, result);
        return result.IsMet;
    }

    /// <summary>Kills, and looks at what is left.</summary>
    internal static async Task<KillsResult> MeasureAsync(RealWorker worker, int workers, int warmUp, int hosts, int seed)
    {
        using var place = new KillGround(worker);
        var before = MachineState.Now();
        var killed = await KillWorkersAsync(place, workers, warmUp, seed);
        var killedHosts = new KilledHosts(place, seed);
        var ends = await killedHosts.RunAsync(hosts);
        var (left, namespaces, files) = await SettleAsync(place, before, [.. killed.Processes, .. killedHosts.Processes]);
        return new(seed, killed, ends, left, namespaces, [.. files, .. place.TemporaryFiles]);
    }

    static async Task<KilledWorkersResult> KillWorkersAsync(KillGround place, int workers, int warmUp, int seed)
    {
        using var host = place.Start("killed-workers", "--count", Text(workers), "--warm-up", Text(warmUp), "--seed", Text(seed));
        var errors = host.StandardError.ReadToEndAsync();
        var output = await host.StandardOutput.ReadToEndAsync();
        await host.WaitForExitAsync();
        return host.ExitCode == 0
            ? JsonSerializer.Deserialize<KilledWorkersResult>(output)!
            : throw new CommandFailedException($"The host of the killed workers ended with exit code {host.ExitCode}: {await errors}");
    }

    /// <summary>Looks until nothing is left, for ten seconds at most: other programs make namespaces and files too.</summary>
    static async Task<(IReadOnlyList<int> Processes, IReadOnlyList<string> Namespaces, IReadOnlyList<string> Files)> SettleAsync(
        KillGround place, MachineState before, HashSet<int> processes)
    {
        var limit = new TimeLimit(TimeProvider.System, Settling);
        while (true)
        {
            var now = MachineState.Now();
            var (left, namespaces, files) = (place.Processes(), now.Namespaces.Except(before.Namespaces).ToList(), now.FilesOf(processes, before));
            if ((left.Count == 0 && namespaces.Count == 0 && files.Count == 0) || limit.IsOver)
                return (left, namespaces, files);
            await Task.Delay(Pause);
        }
    }

    static async Task WriteAsync(string version, string program, int warmUp, KillsResult result)
    {
        var report = await new Report("Killed workers and killed hosts").AddOriginAsync(
            "./test --long kills", ("Hearth", version), ("Worker", $"{program}, confined, with the shipped model"), ("Seed", Text(result.Seed)));
        report.AddParagraph(
            $"One host started {result.Workers.Workers} workers one after the other, after {warmUp} that only warmed it up. Each was ended at a random point, by a signal from outside (three of "
            + $"four) or given up by the host. The host had cleared the slowest one away after {Report.Number(result.Workers.SlowestNoticeMilliseconds, "F0")} ms.");
        report.AddTable(["ended while", "workers"], result.Workers.Ended.OrderByDescending(e => e.Value).Select(e => (string[])[e.Key, Text(e.Value)]));
        report.AddHeading("What is left");
        report.AddTable(["", "before", "after", ""], result.Lines.Select(l => (string[])[l.What, l.Before, l.After, Report.Judge(l.IsMet)]));
        report.AddHeading("Killed hosts");
        report.AddParagraph(
            $"{result.HostEnds.Count} hosts were killed at random points between their start and some way into an answer; at {result.HostEnds.Count(e => e > 0)} of them a worker lived at that moment. "
            + $"From the end of the host to that of its worker, ms, median (quartiles): {Report.Text(Quartiles.Of(result.HostEnds.Where(e => e > 0)), "F0")}, "
            + $"the slowest {Report.Number(result.SlowestEnd, "F0")}; bar ≤ {Report.Number(KillsResult.EndBarMilliseconds, "F0")}: {Report.Judge(result.SlowestEnd <= KillsResult.EndBarMilliseconds)}.");
        await report.WriteAsync("kills", result with { Workers = result.Workers with { Processes = [] } });
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
