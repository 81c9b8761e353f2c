using Hearth.Benchmarks.Confinement;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Confinement;

/// <summary>The long check with small counts, on a machine that may be busy: it measures what it says, and judges what it measured.</summary>
public sealed class ConfinementCheckTests
{
    /// <summary>Figures of a busy machine count too: they are not judged here.</summary>
    const double Everything = 1;

    static readonly RealWorker Worker = new(Path.Combine(AppContext.BaseDirectory, "hearth-worker.dll"), ShippedModel.Path);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Starts_are_measured_in_pairs_also_by_an_ordinary_user(bool asNobody)
    {
        Assert.SkipUnless(!asNobody || (Environment.UserName == "root" && File.Exists("/usr/bin/setpriv")), "becoming another user needs root and setpriv");
        var series = await WorkerStarts.InProcessAsync(Worker, 2, Everything, asNobody);
        Assert.Equal((2, 0), (series.Pairs.Count, series.Dropped));
        Assert.All(series.Pairs.SelectMany(p => (Start[])[p.Confined, p.Unconfined]), s => Assert.InRange(s.Greeting, 1, s.FirstAnswer - 1));
    }

    [Fact]
    public async Task Speed_is_measured_inside_and_outside()
    {
        var round = Assert.Single(await InsideOutside.MeasureAsync(Worker, 1, Everything));
        Assert.All((double[])[round.PrefillInside, round.PrefillOutside, round.DecodeInside, round.DecodeOutside], speed => Assert.InRange(speed, 1, 1e6));
    }

    [Theory]
    [InlineData(false, 10, 999, 0.98, 0.98, true)]
    [InlineData(false, 10.1, 10, 0.98, 0.98, false)]
    [InlineData(true, 5, 10, 0.98, 0.98, true)]
    [InlineData(true, 5.1, 10, 0.98, 0.98, false)]
    [InlineData(true, 5, 10.1, 0.98, 0.98, false)]
    [InlineData(true, 5, 10, 0.97, 0.98, false)]
    [InlineData(true, 5, 10, 0.98, 0.97, false)]
    public void Each_bar_is_judged_by_the_median_of_quiet_samples(bool native, double greeting, double answer, double prefill, double decode, bool met)
    {
        StartPair[] pairs = [Pair(-1000, -1000), Pair(greeting, answer), Pair(1000, 1000)];
        SpeedRound[] rounds = [Round(0.5, 0.5, 0), Round(prefill, decode, 0.05), Round(2, 2, 0), Round(0.1, 0.1, 0.06), Round(0.1, 0.1, 0.06)];
        Assert.Equal(met, new ConfinementResult(native ? WorkerKind.Native : WorkerKind.Managed, new Dictionary<string, StartSeries> { ["user"] = new(pairs, 0) }, rounds, 0.05).IsMet);
    }

    static StartPair Pair(double greeting, double answer) => new(new(greeting, answer), new(0, 0));

    static SpeedRound Round(double prefill, double decode, double others) => new(prefill, 1, decode, 1, others);
}
