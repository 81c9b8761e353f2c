using System.Diagnostics;
using Hearth.Benchmarks.Serving;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Serving;

/// <summary>The long check with one round, on a machine that may be busy: it measures what it says, and no gap is left out.</summary>
[Collection("kernels")]
public sealed class ServingCheckTests
{
    /// <summary>Figures of a busy machine count too: they are not judged here.</summary>
    const double Everything = 1;

    [Fact]
    public async Task A_stream_is_listened_to_without_a_gap_and_each_figure_is_measured()
    {
        await using var served = await ServedHearth.StartAsync(PrivateHome.Program, ShippedModel.Path, [new(ServingCheck.Reader)], "--context", ServingCheck.Context);
        var (gaps, other) = await ServingCheck.ListenAsync(served.ClientOf(ServingCheck.Reader), seed: 100);
        Assert.True(gaps.Before.Count >= ServingCheck.UndisturbedGaps, $"{gaps.Before.Count} gaps before");
        Assert.True(gaps.During.Sum() >= other.TotalMilliseconds, $"{gaps.During.Sum()} ms of gaps in {other.TotalMilliseconds} ms");

        var figures = await ServingCheck.MeasureAsync(served, 1, Everything);
        Assert.Equal(["stutter", "cached prompt"], figures.Select(f => f.Name));
        Assert.All(figures, f => Assert.Equal((1, 0), (f.Values.Count, f.Dropped)));
        // The longest of some gaps; a prompt that is cached against one that is not.
        Assert.InRange(figures[0].Values[0], 1e-3, 1e6);
        Assert.InRange(figures[1].Values[0], 1e-6, 0.999);
    }

    [Fact]
    public async Task The_server_is_compared_with_the_engine_of_its_own_worker()
    {
        await using var hosted = await HostedHearth.StartAsync(ShippedModel.Path);
        var figure = await ServingCheck.MeasureAsync(hosted, 2, Everything);
        Assert.Equal(("overhead", 2, 0), (figure.Name, figure.Values.Count, figure.Dropped));
        // A client that was kept from listening hears all of the answer at once, in next to no time.
        Assert.All(figure.Values, value => Assert.InRange(value, -1, 1000));
    }

    [Fact]
    public void A_gap_counts_as_long_as_any_part_of_it_lies_beside_the_other_request()
    {
        var gaps = StreamGaps.Of([At(0), At(1), At(3), At(10), At(14), At(30), At(31)], sent: At(5), answered: At(20));
        Assert.Equal([1, 2], gaps.Before.Select(g => Math.Round(g)));
        Assert.Equal([7, 4, 16], gaps.During.Select(g => Math.Round(g)));
        Assert.InRange(gaps.Stutter, 16 / 1.51, 16 / 1.49);

        static long At(int milliseconds) => milliseconds * Stopwatch.Frequency / 1000;
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(3.1, false)]
    public void A_figure_is_judged_by_its_median(double median, bool met) => Assert.Equal(met, new ServingFigure("stutter", 3, [1, 100, median], 0).IsMet);
}
