using Hearth.Confinement;

namespace Hearth.ConfinementProbe;

/// <summary>Starts this program again as a worker.</summary>
static class Self
{
    internal static string Executable => Environment.ProcessPath!;

    internal static ConfinedProcess Start(bool confine) => ConfinedProcess.Start(Options(confine));

    internal static ConfinedProcessOptions Options(bool confine) => new()
    {
        Executable = Executable,
        Arguments = confine ? ["worker"] : ["worker", "--unconfined"],
        Environment = new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0", ["DOTNET_ROOT"] = RuntimePaths.DotnetRoot ?? "" },
        // Without a shared runtime this program was published as a native one.
        Paths = RuntimePaths.DotnetRoot is null ? RuntimePaths.ForNativeWorker(Executable) : RuntimePaths.ForManagedWorker(Executable),
        Confine = confine,
    };
}

/// <summary>A host that starts a worker, tells its number, and waits to be killed.</summary>
static class Orphan
{
    internal static async Task<int> RunAsync()
    {
        using var worker = Self.Start(confine: true);
        Console.WriteLine(worker.Id);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
