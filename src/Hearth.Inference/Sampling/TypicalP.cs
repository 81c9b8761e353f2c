using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Locally typical sampling: keeps the tokens whose information −ln p is nearest to its mean, the entropy, until their probability reaches p.</summary>
/// <remarks>
/// C. Meister et al., "Locally typical sampling", TACL 2023. With x = (logit − highest) / temperature and Z = Σ e^x: −ln p = ln Z − x and the entropy is
/// ln Z − Σ p·x, so the distance is |x − Σ p·x|, which needs no logarithm and ranks as the distance of the logits does.
/// </remarks>
sealed class TypicalP(double p) : ISamplerStep
{
    /// <summary>The step, or null where the options switch it off.</summary>
    internal static ISamplerStep? For(SamplingOptions options) => options.TypicalP >= 1 ? null : new TypicalP(options.TypicalP);

    /// <inheritdoc/>
    public int Leaves(int vocabulary) => vocabulary;

    /// <inheritdoc/>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        var highest = candidates.Logits[candidates.MostLikely()];
        var (total, weighted) = (0.0, 0.0);
        var weights = candidates.Weights(highest);
        for (var i = 0; i < weights.Length; i++)
        {
            total += weights[i];
            weighted += weights[i] * ((double)candidates.Logits[i] - highest);
        }

        candidates.KeepFirst(new ByDistance(highest + (weighted / total)), highest, p * total, 1);
    }
}
