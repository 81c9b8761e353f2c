using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Peers;

namespace Hearth.Benchmarks.Confinement;

/// <summary>What the confinement costs: <c>./test --long confinement [--pairs N] [--rounds N] [--most-used-by-others SHARE]</c>.</summary>
/// <remarks>
/// The managed worker is the one that <c>./hearth</c> starts; the native one is named by <c>HEARTH_NATIVE_WORKER</c>. As root the starts are measured a second
/// time as an ordinary user. A share of 1 for others makes it run on a busy machine, for trying it: such figures mean nothing, and the page says so.
/// </remarks>
static class ConfinementCheck
{
    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var pairs = (int)arguments.Number("--pairs", 60);
        var rounds = (int)arguments.Number("--rounds", 16);
        var mostUsedByOthers = arguments.Number("--most-used-by-others", PeerSample.MostUsedByOthers);
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim(); // builds where needed

        var results = new List<ConfinementResult>();
        foreach (var (kind, program) in Programs())
        {
            var worker = new RealWorker(program, Path.Combine(Command.Root, BenchmarkModels.Shipped));
            var starts = new Dictionary<string, StartSeries>();
            foreach (var (user, asNobody) in Users())
                starts[user] = await WorkerStarts.InProcessAsync(worker, pairs, mostUsedByOthers, asNobody);
            results.Add(new(kind, starts, await InsideOutside.MeasureAsync(worker, rounds, mostUsedByOthers), mostUsedByOthers));
        }

        return await ConfinementReport.WriteAsync(version, results);
    }

    static (WorkerKind Kind, string Program)[] Programs()
    {
        var native = Environment.GetEnvironmentVariable("HEARTH_NATIVE_WORKER") is { Length: > 0 } named && File.Exists(named)
            ? Path.GetFullPath(named)
            : throw new CommandFailedException("HEARTH_NATIVE_WORKER names no native worker. ./test --long confinement publishes one and sets it.");
        return [(WorkerKind.Managed, Command.Worker), (WorkerKind.Native, native)];
    }

    /// <summary>Root shows what its own worker costs, and that of an ordinary user; an ordinary user shows the latter.</summary>
    static (string User, bool AsNobody)[] Users()
        => Environment.UserName == "root" && File.Exists("/usr/bin/setpriv") ? [("root", false), ("nobody", true)] : [(Environment.UserName, false)];
}
