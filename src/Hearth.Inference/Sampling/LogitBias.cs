using Hearth.Requests.Chat;

namespace Hearth.Inference.Sampling;

/// <summary>Adds to the logits of chosen tokens.</summary>
sealed class LogitBias(IReadOnlyDictionary<int, float> bias) : ISamplerStep
{
    readonly KeyValuePair<int, float>[] _bias = [.. bias];

    /// <summary>The step, or null where the options switch it off.</summary>
    internal static ISamplerStep? For(SamplingOptions options)
        => options.LogitBias.Count == 0 ? null : new LogitBias(options.LogitBias);

    /// <inheritdoc/>
    public int Leaves(int vocabulary) => 0;

    /// <inheritdoc/>
    public void Apply(Candidates candidates, ReadOnlySpan<int> history)
    {
        candidates.ApplyTemperature();
        foreach (var (token, added) in _bias)
        {
            var index = candidates.IndexOf(token);
            if (index >= 0)
                candidates.Logits[index] = Math.Clamp(candidates.Logits[index] + added, -Penalties.LargestLogit, Penalties.LargestLogit);
        }
    }
}
