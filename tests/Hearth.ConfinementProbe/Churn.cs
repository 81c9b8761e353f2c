using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Hearth.ConfinementProbe;

/// <summary>Starts and ends workers, confined and not in turn, and prints what is left over and how long a start takes.</summary>
static class Churn
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5), Patience = TimeSpan.FromMinutes(1);

    internal static async Task<int> RunAsync(string[] args)
    {
        var count = int.Parse(args[0], null);
        // What is opened once, by the runtime or the console, is not a leak.
        Console.WriteLine();
        await OnceAsync(confine: true, untilHello: true);
        var before = Descriptors();
        var processes = new List<int>();
        var (starts, differences) = (new List<double>(), new List<double>());
        for (var i = 0; i < count; i += 2)
        {
            // Every fourth pair is killed wherever it happens to be.
            var untilHello = i % 8 != 0;
            var confined = await OnceAsync(confine: true, untilHello);
            var unconfined = await OnceAsync(confine: false, untilHello);
            processes.AddRange([confined.Id, unconfined.Id]);
            if (!untilHello)
                continue;
            starts.Add(confined.Start);
            differences.Add(confined.Hello - unconfined.Hello);
        }

        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
        {
            ["workers"] = processes.Count,
            ["descriptors_before"] = before,
            ["descriptors_after"] = Descriptors(),
            ["processes_left"] = processes.Count(id => Directory.Exists($"/proc/{id}")),
            ["start_ms_median"] = Quantile(starts, 0.5),
            ["hello_minus_unconfined_ms_quartile1"] = Quantile(differences, 0.25),
            ["hello_minus_unconfined_ms_median"] = Quantile(differences, 0.5),
            ["hello_minus_unconfined_ms_quartile3"] = Quantile(differences, 0.75),
        }, Results.Default.DictionaryStringDouble));
        return 0;
    }

    static async Task<(int Id, double Start, double Hello)> OnceAsync(bool confine, bool untilHello)
    {
        var clock = Stopwatch.StartNew();
        using var worker = Self.Start(confine);
        var start = clock.Elapsed.TotalMilliseconds;
        if (untilHello)
        {
            await worker.Link.WriteAsync(Encoding.UTF8.GetBytes("hello\n"));
            using var reader = new StreamReader(worker.Link, Encoding.UTF8, leaveOpen: true);
            _ = await reader.ReadLineAsync() ?? throw new InvalidOperationException($"The worker ended: {await worker.WaitForExitAsync()}.");
        }

        return (worker.Id, start, clock.Elapsed.TotalMilliseconds);
    }

    /// <summary>All but files: the runtime opens its own whenever it first needs them.</summary>
    /// <remarks>A thread that waited for a worker holds what it waited with until it runs again, which may be a while after the worker is gone.</remarks>
    internal static int Descriptors()
    {
        for (var start = Stopwatch.GetTimestamp(); Directory.GetDirectories("/proc/self/task").Any(IsOfWorker) && Stopwatch.GetElapsedTime(start) < Patience;)
            Thread.Sleep(Pause);
        return Open();
    }

    static int Open() => Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget is { } target && (target[0] != '/' || target == "/dev/null"));

    static bool IsOfWorker(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).StartsWith("hearth-", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;   // it has ended meanwhile
        }
    }

    static double Quantile(List<double> values, double q) => values.Count == 0 ? 0 : Math.Round(values.Order().ElementAt((int)((values.Count - 1) * q)), 2);
}
