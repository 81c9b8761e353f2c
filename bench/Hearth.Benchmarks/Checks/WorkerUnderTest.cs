using System.Diagnostics;
using System.Globalization;
using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Models;

namespace Hearth.Benchmarks.Checks;

/// <summary>A worker that has just answered, held still for as long as it is measured.</summary>
/// <remarks>
/// The command line ends its worker as soon as the answer is out. It is stopped (SIGSTOP) at the first byte of the answer; the worker then
/// finishes the answer by itself, since a few tokens fit into the socket between them, and stays.
/// </remarks>
static class WorkerUnderTest
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    /// <summary>Memory of the worker after it answered <paramref name="prompt"/> with <paramref name="tokens"/> tokens.</summary>
    internal static async Task<ProcessMemory> MeasureAsync(string prompt, int context, int tokens)
    {
        using var process = Command.Start(Command.Hearth, [
            "run", "--model", BenchmarkModels.Shipped, "--context", Text(context), "--raw", "--ignore-eos", "--temperature", "0", "--max-tokens", Text(tokens)]);
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(prompt);
        process.StandardInput.Close();
        if (await process.StandardOutput.BaseStream.ReadAsync(new byte[1]) == 0)
            throw new CommandFailedException($"hearth run gave no answer: {await errors}");

        await SignalAsync("STOP", process.Id);
        var worker = ProcessTree.Descendants(process.Id).MaxBy(id => ProcessMemory.Of(id).PeakResident);
        await WaitUntilIdleAsync(worker);
        var memory = ProcessMemory.Of(worker);
        await SignalAsync("CONT", process.Id);
        await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await process.WaitForExitAsync();
        return memory;
    }

    static async Task WaitUntilIdleAsync(int worker)
    {
        var start = Stopwatch.GetTimestamp();
        for (var (before, now) = (-1L, ProcessTree.Ticks(worker)); before != now; before = now, now = ProcessTree.Ticks(worker))
        {
            if (Stopwatch.GetElapsedTime(start) > LongestWait)
                throw new CommandFailedException($"The worker was still busy {LongestWait.TotalMinutes:F0} minutes after its first token.");
            await Task.Delay(Pause);
        }
    }

    static Task<string> SignalAsync(string signal, int processId) => Command.RunAsync("/bin/sh", "-c", $"kill -{signal} {Text(processId)}");

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
