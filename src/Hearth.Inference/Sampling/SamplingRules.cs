using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Checks sampling options where they enter the engine.</summary>
static class SamplingRules
{
    /// <summary>Logit biases up to this magnitude are taken.</summary>
    internal const float LargestBias = 1e9f;

    /// <summary>A number of the options with its range, both ends included.</summary>
    sealed record Range(string Name, Func<SamplingOptions, double> Value, double Low, double High);

    static readonly Range[] Ranges =
    [
        new("temperature", o => o.Temperature, 0, 100),
        new("top-k", o => o.TopK, 0, int.MaxValue),
        new("top-p", o => o.TopP, 0, 1),
        new("min-p", o => o.MinP, 0, 1),
        new("typical-p", o => o.TypicalP, 0, 1),
        new("repetition penalty", o => o.RepetitionPenalty, float.Epsilon, float.MaxValue),
        new("presence penalty", o => o.PresencePenalty, -100, 100),
        new("frequency penalty", o => o.FrequencyPenalty, -100, 100),
        new("penalty window", o => o.PenaltyWindow, -1, int.MaxValue),
    ];

    /// <summary>Refuses options outside their ranges, NaN among them.</summary>
    /// <exception cref="EngineException"><see cref="FailureCode.InvalidRequest"/>.</exception>
    internal static void Check(SamplingOptions options, int vocabulary)
    {
        foreach (var range in Ranges)
        {
            var value = range.Value(options);
            if (!(value >= range.Low && value <= range.High))
                throw Refused($"The {range.Name} is {value}.", Expected(range));
        }

        foreach (var (token, bias) in options.LogitBias)
        {
            if (token < 0 || token >= vocabulary)
                throw Refused($"A logit bias is given for token {token}.", $"a token from 0 to {vocabulary - 1}", RequestPart.LogitBias);
            if (!(Math.Abs(bias) <= LargestBias))
                throw Refused($"The logit bias of token {token} is {bias}.", $"a number from {-LargestBias} to {LargestBias}", RequestPart.LogitBias);
        }
    }

    static string Expected(Range range) => range switch
    {
        { Low: float.Epsilon } => "a finite number above 0",
        { High: int.MaxValue } => $"a whole number, at least {range.Low}",
        _ => $"a number from {range.Low} to {range.High}",
    };

    static EngineException Refused(string found, string expected, RequestPart part = RequestPart.None)
        => new(FailureCode.InvalidRequest, found, expected, "Correct the option or leave it out.") { Part = part };
}
