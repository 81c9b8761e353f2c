using Hearth.Benchmarks.Confinement;

namespace Hearth.Benchmarks.Kills;

/// <summary>A host that starts a worker, loads and asks, says so, and goes on until it is killed.</summary>
static class KilledHost
{
    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var worker = RealWorker.From(arguments);
        arguments.ExpectNoMore();
        while (true)
        {
            using var life = new WorkerLife(worker);
            var living = life.LiveAsync();
            await life.Reached(Stage.Answering);
            await Console.Out.WriteLineAsync("answering");
            await living;
        }
    }
}
