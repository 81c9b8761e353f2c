using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Divides the logits by a temperature; 0 leaves the most likely token alone.</summary>
sealed class Temperature(double value) : ISamplerStep
{
    /// <summary>The step, or null where the options switch it off.</summary>
    internal static ISamplerStep? For(SamplingOptions options) => options.Temperature == 1 ? null : new Temperature(options.Temperature);

    /// <summary>True: the most likely token alone stays.</summary>
    internal bool IsGreedy => value == 0;

    /// <inheritdoc/>
    public int Leaves(int vocabulary) => IsGreedy ? 1 : 0;

    /// <inheritdoc/>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        if (IsGreedy)
            candidates.KeepOnly(candidates.MostLikely());
        else
            candidates.Heat(value);
    }
}
