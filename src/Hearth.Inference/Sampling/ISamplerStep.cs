namespace Hearth.Inference.Sampling;

/// <summary>One step on the way from logits to the distribution that a token is drawn from.</summary>
interface ISamplerStep
{
    /// <summary>How many of so many tokens stay at most; 0 means that the step never drops one.</summary>
    int Leaves(int vocabulary);

    /// <summary>Changes the candidates.</summary>
    /// <param name="candidates">What the steps before left.</param>
    /// <param name="history">The sequence so far, for penalties.</param>
    void Apply(Candidates candidates, ReadOnlySpan<int> history);
}
