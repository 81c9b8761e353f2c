using Hearth.Benchmarks.Checks;
using Hearth.Benchmarks.Confinement;
using Hearth.Benchmarks.Constraints;
using Hearth.Benchmarks.Kills;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Peers;
using Hearth.Benchmarks.Serving;
using Hearth.Requests;

namespace Hearth.Benchmarks;

/// <summary>The long checks of speed, memory and accuracy. Each one runs the built programs from outside, as a user would, and judges its bars.</summary>
static class Program
{
    const int BarsMet = 0, BarsMissed = 1, WrongUse = 2, CannotRun = 3;

    static readonly Dictionary<string, Func<Arguments, Task<bool>>> Checks = new()
    {
        ["peers"] = PeersCheck.RunAsync,
        ["first-token"] = FirstTokenCheck.RunAsync,
        ["memory"] = MemoryCheck.RunAsync,
        ["perplexity"] = PerplexityCheck.RunAsync,
        ["plan"] = PlanCheck.RunAsync,
        ["confinement"] = ConfinementCheck.RunAsync,
        ["worker-starts"] = WorkerStarts.RunAsync,
        ["kills"] = KillsCheck.RunAsync,
        ["killed-workers"] = KilledWorkers.RunAsync,
        ["killed-host"] = KilledHost.RunAsync,
        ["parallel"] = ParallelCheck.RunAsync,
        ["serving"] = ServingCheck.RunAsync,
        ["tenants"] = TenantsCheck.RunAsync,
        ["load"] = LoadCheck.RunAsync,
        ["requests"] = HostileCheck.RunAsync,
        ["constraints"] = ConstraintCheck.RunAsync,
        ["write-model"] = RandomModel.RunAsync,
    };

    static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length == 0 || !Checks.TryGetValue(arguments[0], out var check))
        {
            await Console.Error.WriteLineAsync($"Expected one of: {string.Join(", ", Checks.Keys)}.");
            return WrongUse;
        }

        try
        {
            return await check(new Arguments(arguments[1..])) ? BarsMet : BarsMissed;
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return WrongUse;
        }
        catch (Exception e) when (e is CommandFailedException or EngineException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return CannotRun;
        }
    }
}
