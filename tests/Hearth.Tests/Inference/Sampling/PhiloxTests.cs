using Hearth.Inference.Sampling;

namespace Hearth.Tests.Inference.Sampling;

public sealed class PhiloxTests
{
    /// <summary>Random123 1.14.0, tests/kat_vectors, philox4x32 10.</summary>
    [Theory]
    [InlineData("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void The_known_answers_of_Random123_come_out(string counter, string key, string answer)
    {
        var (c, k) = (Words(counter), Words(key));
        var (x0, x1, x2, x3) = Philox.Block((c[0], c[1], c[2], c[3]), (k[0], k[1]));
        Assert.Equal(answer, $"{x0:x8} {x1:x8} {x2:x8} {x3:x8}");
    }

    [Fact]
    public void Seed_and_position_each_give_another_number()
    {
        double[] numbers =
        [
            Philox.Uniform(1, 0), Philox.Uniform(2, 0), Philox.Uniform(1UL << 32, 0), Philox.Uniform(1, 1), Philox.Uniform(1, 1L << 32),
        ];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.Equal(Philox.Uniform(7, 12345), Philox.Uniform(7, 12345));
    }

    [Fact]
    public void Numbers_are_spread_evenly_from_zero_to_one()
    {
        var buckets = new int[10];
        for (var position = 0; position < 100_000; position++)
            buckets[(int)(Philox.Uniform(42, position) * 10)]++;
        // Five standard deviations of a binomial with p = 0.1.
        Assert.All(buckets, count => Assert.InRange(count, 9_525, 10_475));
    }

    static uint[] Words(string hex) => [.. hex.Split(' ').Select(word => Convert.ToUInt32(word, 16))];
}
