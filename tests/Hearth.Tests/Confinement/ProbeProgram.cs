using System.Diagnostics;
using System.Text;
using Hearth.Confinement;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Tests.Confinement;

/// <summary>The program of tests/Hearth.ConfinementProbe, which plays the worker and its host.</summary>
static class ProbeProgram
{
    /// <summary>Far longer than anything here takes on a busy machine: only a failure takes so long.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Beside the tests in the folder of all build results, in the same configuration.</summary>
    internal static string Executable { get; } = Path.Combine(
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Hearth.ConfinementProbe")),
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "Hearth.ConfinementProbe");

    internal static ConfinedProcessOptions Options(bool confine = true, IReadOnlyList<SafeFileHandle>? files = null) => new()
    {
        Executable = Executable,
        Arguments = confine ? ["worker"] : ["worker", "--unconfined"],
        Environment = new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0", ["DOTNET_ROOT"] = RuntimePaths.DotnetRoot! },
        Paths = RuntimePaths.ForManagedWorker(Executable),
        Descriptors = files ?? [],
        Confine = confine,
    };

    internal static ConfinedProcess Start(bool confine = true, IReadOnlyList<SafeFileHandle>? files = null)
        => ConfinedProcess.Start(Options(confine, files));

    /// <summary>One command, one answer; "" if the worker ends instead of answering.</summary>
    internal static async Task<string> AskAsync(this ConfinedProcess worker, string command)
    {
        using var limit = new CancellationTokenSource(Patience);
        // The link's own waits can't be cancelled.
        await worker.Link.WriteAsync(Encoding.UTF8.GetBytes(command + "\n"), limit.Token).AsTask().WaitAsync(limit.Token);
        using var reader = new StreamReader(worker.Link, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadLineAsync(limit.Token).AsTask().WaitAsync(limit.Token) ?? "";
    }

    internal static Task<ProcessExit> EndAsync(this ConfinedProcess worker) => worker.WaitForExitAsync().WaitAsync(Patience);

    /// <summary>Runs the program in another role, to its end.</summary>
    /// <param name="arguments">The role, and what it needs.</param>
    /// <param name="user">A user who has no rights; null: as whoever the tests run.</param>
    internal static async Task<(string Output, string Errors)> RunAsync(string[] arguments, int? user = null)
    {
        string[] become = user is null ? [] : ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups"];
        string[] line = [.. become, Executable, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (output, await errors);
    }

    /// <summary>A line of <c>/proc/…/status</c>.</summary>
    internal static string Status(string folder, string key)
        => File.ReadLines(Path.Combine(folder, "status")).First(line => line.StartsWith(key + ':', StringComparison.Ordinal)).Split(':')[1].Trim();
}
