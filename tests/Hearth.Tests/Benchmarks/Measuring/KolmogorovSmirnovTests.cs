using Hearth.Benchmarks.Measuring;

namespace Hearth.Tests.Benchmarks.Measuring;

public sealed class KolmogorovSmirnovTests
{
    [Fact]
    public void Equal_samples_are_of_one_distribution() => Assert.Equal(1, KolmogorovSmirnov.Test(Range(0, 50), Range(0, 50)));

    [Fact]
    public void Samples_that_are_apart_are_not() => Assert.InRange(KolmogorovSmirnov.Test(Range(0, 100), Range(200, 100)), 0, 1e-30);

    /// <summary>Half of the values are shared: D = 0.5, so x = (√5 + 0.12 + 0.11/√5) · 0.5 = 1.2026, and 2 (e^−2x² − e^−8x²) = 0.1109.</summary>
    [Fact]
    public void The_probability_is_that_of_the_formula() => Assert.InRange(KolmogorovSmirnov.Test(Range(0, 10), Range(5, 10)), 0.1105, 0.1113);

    static IEnumerable<double> Range(int from, int count) => Enumerable.Range(from, count).Select(i => (double)i);
}
