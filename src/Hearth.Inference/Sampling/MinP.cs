using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Keeps the tokens that have at least a share of the highest probability.</summary>
sealed class MinP(double share) : ISamplerStep
{
    /// <summary>The step, or null where the options switch it off.</summary>
    internal static ISamplerStep? For(SamplingOptions options) => options.MinP <= 0 ? null : new MinP(options.MinP);

    /// <inheritdoc/>
    public int Leaves(int vocabulary) => vocabulary;

    /// <inheritdoc/>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        var highest = candidates.Logits[candidates.MostLikely()];
        var threshold = highest + (candidates.Temperature * DeterministicMath.Log(share));
        candidates.KeepFrom(threshold);
    }
}
