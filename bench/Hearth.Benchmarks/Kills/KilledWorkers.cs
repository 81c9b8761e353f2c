using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hearth.Benchmarks.Confinement;
using Hearth.Benchmarks.Machine;

namespace Hearth.Benchmarks.Kills;

/// <summary>What a host and its killed workers left.</summary>
/// <param name="Workers">How many were ended, without the warm-up.</param>
/// <param name="Ended">How many of them in which stage.</param>
/// <param name="Before">The host after the warm-up.</param>
/// <param name="After">The host at the end.</param>
/// <param name="Processes">The numbers of all workers.</param>
/// <param name="SlowestNoticeMilliseconds">The longest time from a kill to the moment when the host had told it and cleared everything away.</param>
sealed record KilledWorkersResult(
    int Workers, IReadOnlyDictionary<string, int> Ended, HostState Before, HostState After, IReadOnlyList<int> Processes, double SlowestNoticeMilliseconds);

/// <summary>A host whose workers are killed at random points, one after the other; a process of its own, so that what it keeps can be counted.</summary>
sealed class KilledWorkers(RealWorker worker, int seed)
{
    /// <summary>No step may take longer: a host that waits for a dead worker hangs.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly Dictionary<Stage, TimeSpan> _usual = [];
    readonly Dictionary<string, int> _ended = [];
    readonly List<int> _processes = [];
    TimeSpan _slowest;

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var killed = new KilledWorkers(RealWorker.From(arguments), (int)arguments.Number("--seed", 1));
        var (count, warmUp) = ((int)arguments.Number("--count", 1000), (int)arguments.Number("--warm-up", 100));
        arguments.ExpectNoMore();
        Console.WriteLine(JsonSerializer.Serialize(await killed.RunAsync(count, warmUp)));
        return true;
    }

    async Task<KilledWorkersResult> RunAsync(int count, int warmUp)
    {
        await Task.Run(LearnAsync).WaitAsync(Limit);
        await Task.Run(LearnAsync).WaitAsync(Limit); // the first time our own code was compiled meanwhile
        for (var i = 0; i < warmUp; i++)
            await OneAsync(-1 - i);
        var before = await HostState.SettleAsync(null);
        _ended.Clear();
        _slowest = default;
        for (var i = 0; i < count; i++)
            await OneAsync(i);
        return new(count, _ended, before, await HostState.SettleAsync(before), _processes, _slowest.TotalMilliseconds);
    }

    /// <summary>How long each stage takes here when nobody interferes.</summary>
    async Task LearnAsync()
    {
        var clock = Stopwatch.StartNew();
        await using var file = await worker.OpenAsync(confined: true);
        _processes.Add(file.WorkerProcessId!.Value);
        _usual[Stage.Starting] = clock.Elapsed;
        clock.Restart();
        await using var engine = await file.LoadAsync(RealWorker.Loading);
        _usual[Stage.Loading] = _usual[Stage.Answering] = clock.Elapsed;
    }

    async Task OneAsync(int index)
    {
        var plan = KillPlan.Draw(seed, index);
        using var life = new WorkerLife(worker);
        // On another thread: a start works without a pause, and one that hangs must be noticed too.
        var living = Task.Run(life.LiveAsync);
        try
        {
            await Task.WhenAny(life.Reached(plan.Stage), living).WaitAsync(Limit);
            await Task.WhenAny(Task.Delay(_usual[plan.Stage] * plan.Share), living);
            var (stage, start) = (life.Stage, Stopwatch.GetTimestamp());
            if (plan.BySignal)
                await KillAsync(living);
            else
                life.GiveUp();
            await living.WaitAsync(Limit);
            _slowest = TimeSpan.FromTicks(Math.Max(_slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
            var how = $"{stage.ToString().ToLowerInvariant()}, {(plan.BySignal ? "killed" : "given up")}";
            _ended[how] = _ended.GetValueOrDefault(how) + 1;
        }
        catch (TimeoutException)
        {
            throw new CommandFailedException(
                string.Create(CultureInfo.InvariantCulture, $"The host hangs: {Limit.TotalSeconds} s after worker {index} of seed {seed} ({plan}) it still waits, in {life.Stage}."));
        }
    }

    /// <summary>
    /// Whoever comes is killed once. It may not be there yet; and one that dies between its greeting and the next request is replaced without a word, so that the host would go on for ever with the
    /// second.
    /// </summary>
    async Task KillAsync(Task living)
    {
        var (start, killed) = (Stopwatch.GetTimestamp(), new HashSet<int>());
        while (!living.IsCompleted && Stopwatch.GetElapsedTime(start) < Limit)
        {
            foreach (var child in ProcessTree.Children(Environment.ProcessId).Where(killed.Add))
            {
                _processes.Add(child);
                Kill(child);
            }

            await Task.Yield();
        }
    }

    static void Kill(int process)
    {
        try
        {
            using var worker = Process.GetProcessById(process);
            worker.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }
}
