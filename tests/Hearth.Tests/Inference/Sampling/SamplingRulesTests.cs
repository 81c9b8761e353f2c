using Hearth.Inference.Sampling;
using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Tests.Inference.Sampling;

public sealed class SamplingRulesTests
{
    static readonly Dictionary<string, SamplingOptions> Wrong = new()
    {
        ["temperature below 0"] = new() { Temperature = -0.1f },
        ["temperature above 100"] = new() { Temperature = 100.1f },
        ["temperature NaN"] = new() { Temperature = float.NaN },
        ["temperature infinite"] = new() { Temperature = float.PositiveInfinity },
        ["top-k"] = new() { TopK = -1 },
        ["top-p"] = new() { TopP = 1.01f },
        ["top-p NaN"] = new() { TopP = float.NaN },
        ["min-p"] = new() { MinP = -0.01f },
        ["typical-p"] = new() { TypicalP = 2 },
        ["repetition penalty 0"] = new() { RepetitionPenalty = 0 },
        ["repetition penalty infinite"] = new() { RepetitionPenalty = float.PositiveInfinity },
        ["presence penalty"] = new() { PresencePenalty = -101 },
        ["frequency penalty"] = new() { FrequencyPenalty = 101 },
        ["penalty window"] = new() { PenaltyWindow = -2 },
        ["logit bias NaN"] = new() { LogitBias = new Dictionary<int, float> { [1] = float.NaN } },
        ["logit bias infinite"] = new() { LogitBias = new Dictionary<int, float> { [1] = float.NegativeInfinity } },
        ["logit bias of token 10"] = new() { LogitBias = new Dictionary<int, float> { [10] = 1 } },
        ["logit bias of token -1"] = new() { LogitBias = new Dictionary<int, float> { [-1] = 1 } },
    };

    public static TheoryData<string> WrongNames => [.. Wrong.Keys];

    [Theory, MemberData(nameof(WrongNames))]
    public void An_option_outside_its_range_is_refused(string name)
    {
        var e = Assert.Throws<EngineException>(() => SamplingRules.Check(Wrong[name], 10));
        Assert.Equal(FailureCode.InvalidRequest, e.Code);
        Assert.Contains(name.Split(' ')[0], e.Message);
        Assert.NotEqual("", e.Expected);
    }

    [Fact]
    public void Both_ends_of_every_range_are_accepted()
    {
        SamplingRules.Check(new(), 10);
        SamplingRules.Check(SamplingOptions.Greedy with { TypicalP = 0, TopP = 0, PresencePenalty = -100, FrequencyPenalty = -100, PenaltyWindow = -1 }, 10);
        SamplingRules.Check(
            new() { Temperature = 100, TopK = int.MaxValue, MinP = 1, RepetitionPenalty = float.Epsilon, PresencePenalty = 100, FrequencyPenalty = 100 }, 10);
        SamplingRules.Check(new() { LogitBias = new Dictionary<int, float> { [0] = -1e9f, [9] = 1e9f } }, 10);
    }
}
