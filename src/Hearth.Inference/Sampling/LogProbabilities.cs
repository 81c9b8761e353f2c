using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Inference.Sampling;

/// <summary>What the model itself thought of a token, before penalties, filters and temperature.</summary>
static class LogProbabilities
{
    /// <summary>Natural logarithm of the probability of a token, in double precision.</summary>
    internal static double Of(ReadOnlySpan<float> logits, int token)
    {
        var (highest, logTotal) = Normalizer(logits);
        return (double)logits[token] - highest - logTotal;
    }

    /// <summary>What is subtracted from a logit: the highest one, and the logarithm of the sum of the others relative to it.</summary>
    static (float Highest, double LogTotal) Normalizer(ReadOnlySpan<float> logits)
    {
        var highest = logits[Argmax.Of(logits)];
        return (highest, DeterministicMath.Log(Exponentials.Sum(logits, highest, 1)));
    }

    /// <summary>Natural logarithms of the probabilities of a token and of the most likely ones.</summary>
    /// <param name="logits">The unmodified logits, one for each token of the vocabulary.</param>
    /// <param name="token">The token that was drawn.</param>
    /// <param name="k">How many of the most likely to list; the lower id first among equals.</param>
    internal static TokenLogProbability Compute(ReadOnlySpan<float> logits, int token, int k)
    {
        var (highest, logTotal) = Normalizer(logits);
        return new(token, LogProbability(logits[token]), Top(logits));

        float LogProbability(float logit) => (float)((double)logit - highest - logTotal);

        TopToken[] Top(ReadOnlySpan<float> logits)
        {
            if (k == 0)
                return [];
            var chain = new SamplerChain(new SamplingOptions { TopK = k }, logits.Length, ["top_k"]);
            var best = chain.Filter(logits, []);
            var tokens = new TopToken[best.Count];
            for (var i = 0; i < tokens.Length; i++)
                tokens[i] = new(best.IdAt(i), LogProbability(best.Logits[i]));

            // Stable: equal ones stay in the order of their ids.
            return [.. tokens.OrderByDescending(t => t.LogProbability)];
        }
    }
}
