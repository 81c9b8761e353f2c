using Hearth.Benchmarks.Confinement;
using Hearth.Benchmarks.Kills;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Kills;

/// <summary>The long check with small counts: even a few kills leave nothing.</summary>
public sealed class KillsCheckTests
{
    const int Seed = 20261129;

    [Fact]
    public async Task A_few_killed_workers_and_hosts_leave_nothing()
    {
        var worker = new RealWorker(Path.Combine(AppContext.BaseDirectory, "hearth-worker.dll"), ShippedModel.Path);
        var result = await KillsCheck.MeasureAsync(worker, workers: 16, warmUp: 6, hosts: 6, Seed);
        Assert.Equal((16, 6), (result.Workers.Workers, result.HostEnds.Count));
        Assert.Equal(16, result.Workers.Ended.Values.Sum());
        // How fast a worker ends is judged on a quiet machine, and the memory of all, which the runtime's own compiler takes too, after many; other tests make namespaces meanwhile.
        Assert.All(
            result.Lines.Where(l => !l.What.StartsWith("network", StringComparison.Ordinal) && !l.What.StartsWith("memory", StringComparison.Ordinal)), line => Assert.True(line.IsMet, $"{line} in {result}"));
    }

    [Fact]
    public void A_seed_draws_the_same_kills_again_half_of_them_while_loading()
    {
        var plans = Enumerable.Range(0, 1000).Select(i => KillPlan.Draw(Seed, i)).ToList();
        Assert.Equal(plans, Enumerable.Range(0, 1000).Select(i => KillPlan.Draw(Seed, i)));
        Assert.NotEqual(plans, Enumerable.Range(0, 1000).Select(i => KillPlan.Draw(Seed + 1, i)));
        Assert.InRange(plans.Count(p => p.Stage == Stage.Loading), 450, 550);
        Assert.InRange(plans.Count(p => p.Stage == Stage.Answering), 250, 350);
        Assert.InRange(plans.Count(p => p.BySignal), 700, 800);
        Assert.All(plans, p => Assert.InRange(p.Share, 0, 1.1));
    }

    public static TheoryData<string, int, int, int, long, long, int, double> Leftovers => new()
    {
        { "nothing", 0, 0, 0, 1 << 20, 8 << 20, 0, 1000 },
        { "a descriptor", 1, 0, 0, 0, 0, 0, 0 },
        { "a thread", 0, 1, 0, 0, 0, 0, 0 },
        { "a zombie", 0, 0, 1, 0, 0, 0, 0 },
        { "objects", 0, 0, 0, (1 << 20) + 1, 0, 0, 0 },
        { "memory", 0, 0, 0, 0, (8 << 20) + 1, 0, 0 },
        { "a process", 0, 0, 0, 0, 0, 1, 0 },
        { "a slow worker", 0, 0, 0, 0, 0, 0, 1001 },
    };

    [Theory, MemberData(nameof(Leftovers))]
    public void Whatever_is_left_misses_the_bar(string what, int descriptors, int threads, int children, long managed, long anonymous, int processes, double slowest)
    {
        var before = new HostState(new Dictionary<string, int> { ["socket"] = 1 }, 1, 0, 0, 0);
        var after = new HostState(new Dictionary<string, int> { ["socket"] = 1 + descriptors }, 1 + threads, children, managed, anonymous);
        var result = new KillsResult(Seed, new(1, new Dictionary<string, int>(), before, after, [], 0), [0, slowest], [.. Enumerable.Range(1, processes)], [], []);
        Assert.Equal(what == "nothing", result.IsMet);
        Assert.False((result with { Namespaces = ["net:[1]"] }).IsMet);
        Assert.False((result with { Files = ["/tmp/x"] }).IsMet);
    }
}
