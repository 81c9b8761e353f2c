using Hearth.Benchmarks.Constraints;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Constraints;

/// <summary>The long check with few schemas and a short answer, on a machine that may be busy: it measures what it says, and judges what it measured.</summary>
[Collection("kernels")]
public sealed class ConstraintCheckTests
{
    /// <summary>Of each file of schemas.</summary>
    const int Schemas = 2;

    /// <summary>Figures of a busy machine count too: they are not judged here.</summary>
    const double Everything = 1;

    [Fact]
    public void Each_schema_is_compiled_and_each_of_its_instances_written_to_the_end()
    {
        var folder = Repository.Shared("data", "json-schema", "real-world");
        var costs = ConstraintCheck.Measure("SmolLM2", ShippedModel.Path, folder, Schemas);
        // One instance, compact and indented, has a member that its schema allows and doesn't name.
        Assert.Equal(2, costs.Refused);
        Assert.InRange(costs.Compile.Length, 1, Schemas * Directory.GetFiles(folder).Length);
        // A mask a token, of which no instance has less than two.
        Assert.True(costs.Masks.Length > 2 * costs.Compile.Length, $"{costs.Masks.Length} masks of {costs.Compile.Length} schemas");
        Assert.All(costs.Masks, time => Assert.InRange(time, 0, 1e8));
    }

    [Fact]
    public async Task Constrained_and_free_answers_are_measured_in_pairs()
    {
        var (ratios, dropped) = await ConstraintCheck.SpeedAsync(ShippedModel.Path, rounds: 1, tokens: 40, Everything);
        Assert.Equal(0, dropped);
        Assert.InRange(Assert.Single(ratios), 1e-3, 1e3);
    }

    [Theory]
    [InlineData(2, 20, 59, 500, true)]
    [InlineData(2.1, 20, 59, 500, false)]
    [InlineData(2, 21, 59, 500, false)]
    [InlineData(2, 20, 61, 500, false)]
    [InlineData(2, 20, 59, 501, false)]
    public void Each_bar_is_judged_on_its_own(double compile, double compileP99, double mask, double maskP99, bool met)
    {
        // A hundred of which the last but one is the 99th percentile; the masks' mean is what is given.
        double[] masks = [.. Enumerable.Repeat(((mask * 100) - maskP99 - maskP99) / 98, 98), maskP99, maskP99];
        Assert.Equal(met, new ConstraintCheck.Costs("SmolLM2", 1, [.. Enumerable.Repeat(compile, 98), compileP99, compileP99], masks, 0).AreMet);
    }
}
