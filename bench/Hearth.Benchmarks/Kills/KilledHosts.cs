using System.Diagnostics;
using System.Globalization;

namespace Hearth.Benchmarks.Kills;

/// <summary>Kills hosts at random points and watches their workers end.</summary>
/// <param name="place">Where they live.</param>
/// <param name="seed">Draws the points.</param>
sealed class KilledHosts(KillGround place, int seed)
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2), Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Up to here in the life of a host kills are drawn: some time into its answer.</summary>
    const double Longest = 1.5;

    /// <summary>The numbers of all hosts and workers that were seen.</summary>
    internal HashSet<int> Processes { get; } = [];

    /// <summary>Milliseconds from the end of each host to the end of its worker; zero where there was none yet.</summary>
    internal async Task<IReadOnlyList<double>> RunAsync(int count)
    {
        if (count == 0)
            return [];
        var usual = await LearnAsync();
        var times = new List<double>();
        for (var i = 0; i < count; i++)
        {
            using var host = place.Start("killed-host");
            await Task.Delay(usual * Longest * new Random(unchecked((seed * 1_000_003) + i)).NextDouble());
            times.Add(await EndAsync(host, i));
        }

        return times;
    }

    /// <summary>From the start of a host to its worker's answer.</summary>
    async Task<TimeSpan> LearnAsync()
    {
        var start = Stopwatch.GetTimestamp();
        using var host = place.Start("killed-host");
        _ = await host.StandardOutput.ReadLineAsync().WaitAsync(Limit)
            ?? throw new CommandFailedException($"The host ended by itself: {await host.StandardError.ReadToEndAsync()}");
        var usual = Stopwatch.GetElapsedTime(start);
        await EndAsync(host, -1);
        return usual;
    }

    async Task<double> EndAsync(Process host, int index)
    {
        Processes.UnionWith(place.Processes());
        host.Kill();
        await host.WaitForExitAsync().WaitAsync(Limit);
        var start = Stopwatch.GetTimestamp();
        var had = false;
        while (place.Processes() is { Count: > 0 } left)
        {
            had = true;
            Processes.UnionWith(left);
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw new CommandFailedException(string.Create(
                    CultureInfo.InvariantCulture, $"Worker {left[0]} lives on {Limit.TotalSeconds} s after its host {host.Id} was killed (host {index} of seed {seed})."));
            }

            await Task.Delay(Pause);
        }

        return had ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : 0;
    }
}
