using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Lowers the logits of tokens that occurred: the repetition penalty once for each, then presence and frequency.</summary>
sealed class Penalties(SamplingOptions options, int vocabulary) : ISamplerStep
{
    /// <summary>Changed logits stay within this magnitude, so that extreme settings cannot make them infinite.</summary>
    internal const float LargestLogit = 1e30f;

    // Zero between two calls.
    readonly int[] _occurrences = new int[vocabulary];

    /// <summary>The step, or null where the options switch it off.</summary>
    internal static ISamplerStep? For(SamplingOptions options, int vocabulary)
        => options.PenaltyWindow == 0 || options is { RepetitionPenalty: 1, PresencePenalty: 0, FrequencyPenalty: 0 } ? null : new Penalties(options, vocabulary);

    /// <inheritdoc/>
    public int Leaves(int vocabulary) => 0;

    /// <inheritdoc/>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        candidates.ApplyTemperature();
        var window = options.PenaltyWindow < 0 ? history : history[^Math.Min(options.PenaltyWindow, history.Length)..];
        foreach (var token in window)
            _occurrences[token]++;
        foreach (var token in window)
        {
            var times = _occurrences[token];
            var index = candidates.IndexOf(token);
            if (times > 0 && index >= 0)
                candidates.Logits[index] = Lowered(candidates.Logits[index], times);
            _occurrences[token] = 0;
        }
    }

    float Lowered(double logit, int times)
    {
        logit = logit > 0 ? logit / options.RepetitionPenalty : logit * options.RepetitionPenalty;
        logit -= ((double)times * options.FrequencyPenalty) + options.PresencePenalty;
        return (float)Math.Clamp(logit, -LargestLogit, LargestLogit);
    }
}
