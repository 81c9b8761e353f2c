using Hearth.Benchmarks.Measuring;

namespace Hearth.Tests.Benchmarks.Measuring;

public sealed class QuartilesTests
{
    [Fact]
    public void Quartiles_lie_between_neighbours_where_no_sample_is_at_their_place()
        => Assert.Equal(new Quartiles(1.75, 2.5, 3.25), Quartiles.Of([4, 1, 3, 2]));

    [Fact]
    public void A_single_sample_is_its_own_median_and_quartiles()
        => Assert.Equal(new Quartiles(7, 7, 7), Quartiles.Of([7]));

    [Fact]
    public void Without_samples_there_is_no_median()
        => Assert.True(double.IsNaN(Quartiles.Of([]).Median));
}
