using System.Diagnostics;

namespace Hearth.Benchmarks;

/// <summary>A program could not be run, or failed.</summary>
sealed class CommandFailedException(string message) : Exception(message);

/// <summary>Runs a program to its end.</summary>
static class Command
{
    /// <summary>The folder with <c>Hearth.slnx</c>: the checks are started there.</summary>
    internal static string Root { get; } = Directory.GetCurrentDirectory();

    /// <summary>The user's own start script.</summary>
    internal static string Hearth => Path.Combine(Root, "hearth");

    /// <summary>What the script starts, once it has built it.</summary>
    internal static string Program { get; } = Path.Combine(Root, "artifacts", "program", "bin", "hearth");

    /// <summary>Its worker.</summary>
    internal static string Worker { get; } = Path.Combine(Root, "artifacts", "program", "bin", "hearth-worker.dll");

    /// <summary>This program, for the parts of a check that need a process of their own.</summary>
    internal static string Self { get; } = Path.Combine(AppContext.BaseDirectory, "Hearth.Benchmarks");

    /// <summary>Returns what it wrote to standard output; its standard error is passed on when it fails.</summary>
    internal static async Task<string> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new CommandFailedException(
                $"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}:\n{await errors}{output}");
    }

    internal static Process Start(string program, IReadOnlyList<string> arguments)
        => Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new CommandFailedException($"{program} could not be started.");
}
