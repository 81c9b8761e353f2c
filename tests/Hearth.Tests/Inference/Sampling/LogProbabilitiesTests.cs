using Hearth.Inference.Sampling;

namespace Hearth.Tests.Inference.Sampling;

public sealed class LogProbabilitiesTests
{
    [Fact]
    public void Probabilities_of_real_logits_are_those_of_a_softmax()
    {
        var logits = SamplerCase.Row(2);
        var highest = logits.Max();
        var logTotal = Math.Log(logits.Sum(l => Math.Exp((double)l - highest)));
        var result = LogProbabilities.Compute(logits, 504, 20);

        Assert.Equal(504, result.Token);
        Assert.Equal((double)logits[504] - highest - logTotal, result.LogProbability, 1e-5);
        Assert.Equal(Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).Take(20), result.Top.Select(t => t.Token));
        Assert.All(result.Top, t => Assert.Equal((double)logits[t.Token] - highest - logTotal, t.LogProbability, 1e-5));
    }

    [Fact]
    public void Equal_logits_are_listed_by_id()
        => Assert.Equal([1, 3, 4, 0], LogProbabilities.Compute([1, 5, 0, 5, 5], 0, 4).Top.Select(t => t.Token));

    [Fact]
    public void Nothing_is_listed_where_nothing_was_asked_for() => Assert.Empty(LogProbabilities.Compute([1, 2], 0, 0).Top);

    [Fact]
    public void More_than_the_vocabulary_lists_all() => Assert.Equal([1, 0], LogProbabilities.Compute([1, 2], 0, 20).Top.Select(t => t.Token));
}
