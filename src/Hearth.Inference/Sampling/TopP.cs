using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Nucleus sampling: keeps the most likely tokens until their probability reaches p; the one that reaches it stays.</summary>
sealed class TopP(double p) : ISamplerStep
{
    /// <summary>The step, or null where the options switch it off.</summary>
    internal static ISamplerStep? For(SamplingOptions options) => options.TopP >= 1 ? null : new TopP(options.TopP);

    /// <inheritdoc/>
    public int Leaves(int vocabulary) => vocabulary;

    /// <inheritdoc/>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        var highest = candidates.Logits[candidates.MostLikely()];
        var total = candidates.Total(highest);

        // Of n tokens, those with less than (1 − p) / n each have less than 1 − p together, so the nucleus lies among the others, usually few. Half of
        // that leaves room for rounding.
        var negligible = (1 - p) / (2.0 * candidates.Count) * total;
        candidates.KeepFrom(highest + (candidates.Temperature * DeterministicMath.Log(negligible)));
        candidates.KeepFirst(new ByLogit(), highest, p * total, 1);
    }
}
