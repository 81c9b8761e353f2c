using Hearth.Benchmarks.Serving;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Serving;

/// <summary>Hearth's half of the long check, with short answers: the other half needs a program of others.</summary>
[Collection("kernels")]
public sealed class ParallelCheckTests
{
    [Fact]
    public async Task Sixteen_chats_at_once_are_each_answered_to_the_end()
    {
        await using var served = await ServedHearth.StartAsync(PrivateHome.Program, ShippedModel.Path, [new(ParallelCheck.Tenant)], "--context", "512");
        Assert.InRange(await ParallelCheck.HearthAsync(served.ClientOf(ParallelCheck.Tenant), round: 1, generate: 24), 0.1, 1e6);
    }

    [Theory]
    [InlineData(150, true)]
    [InlineData(149, false)]
    public void The_bar_is_judged_by_the_median_of_the_pairs(double rate, bool met) => Assert.Equal(met, new ParallelCheck.Result("smol", "", [1, rate, 1000], [100, 100, 100], 0).IsMet);
}
