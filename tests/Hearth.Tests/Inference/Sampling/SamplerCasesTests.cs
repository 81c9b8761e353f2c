using Hearth.Inference.Sampling;
using Hearth.Requests.Chat;

namespace Hearth.Tests.Inference.Sampling;

/// <summary>146 cases whose distributions were computed elsewhere in double precision.</summary>
public sealed class SamplerCasesTests
{
    const double Tolerance = 1e-6;

    public static TheoryData<string> Names => [.. SamplerCase.All.Keys];

    [Fact]
    public void All_cases_are_there() => Assert.Equal(146, SamplerCase.All.Count);

    [Theory, MemberData(nameof(Names))]
    public void The_distribution_is_the_expected_one(string name)
    {
        var c = SamplerCase.All[name];
        var chain = new SamplerChain(c.Options, c.Logits.Length, c.Order);
        AreClose(c.Expected, Distribution(chain.Filter(c.Logits, c.History)));
    }

    /// <summary>The second run proves that nothing of the first is left in the buffers.</summary>
    [Theory, MemberData(nameof(Names))]
    public void A_chain_gives_the_same_again_after_other_logits(string name)
    {
        var c = SamplerCase.All[name];
        var chain = new SamplerChain(c.Options, c.Logits.Length, c.Order);
        var first = Distribution(chain.Filter(c.Logits, c.History));
        chain.Filter([.. c.Logits.Reverse()], [0, 1, 1]);
        Assert.Equal(first, Distribution(chain.Filter(c.Logits, c.History)));
    }

    [Fact]
    public void The_documented_order_is_the_order_of_a_chain_without_one()
    {
        var c = SamplerCase.All["chain 19, temperature last"];
        Assert.Equal(["penalties", "logit_bias", "top_k", "typical_p", "top_p", "min_p", "temperature"], SamplerSteps.OrderFor(c.Options));
        var chain = new SamplerChain(c.Options, c.Logits.Length);
        AreClose(c.Expected, Distribution(chain.Filter(c.Logits, c.History)));
    }

    [Fact]
    public void Temperature_zero_takes_the_most_likely_of_the_typical_tokens()
    {
        var c = SamplerCase.All["typical-p 0.5, the most likely token is not typical"];
        var chain = new SamplerChain(c.Options with { Temperature = 0 }, c.Logits.Length);
        Assert.Equal(c.Expected.MaxBy(p => p.Value).Key, chain.Sample(c.Logits, [], 1, 0));
    }

    [Fact]
    public void Penalties_count_only_the_last_tokens_of_the_window()
    {
        var options = SamplingOptions.Greedy with { PresencePenalty = 10, PenaltyWindow = 2 };
        var chain = new SamplerChain(options, 3);
        Assert.Equal(2, chain.Sample([1, 2, 3], [2, 0, 1], 1, 3));
        Assert.Equal(0, chain.Sample([1, 2, 3], [0, 1, 2], 1, 3));
    }

    static Dictionary<int, double> Distribution(Candidates candidates)
    {
        var highest = candidates.Logits[candidates.MostLikely()];
        var total = candidates.Total(highest);
        var weights = candidates.Weights(highest).ToArray();
        return Enumerable.Range(0, candidates.Count).ToDictionary(candidates.IdAt, i => weights[i] / total);
    }

    static void AreClose(Dictionary<int, double> expected, Dictionary<int, double> actual)
    {
        foreach (var token in expected.Keys.Union(actual.Keys))
        {
            var (want, got) = (expected.GetValueOrDefault(token), actual.GetValueOrDefault(token));
            Assert.True(Math.Abs(want - got) <= Tolerance, $"Token {token}: expected {want}, got {got}.");
            Assert.True(want < Tolerance || actual.ContainsKey(token), $"Token {token} is missing.");
        }
    }
}
