namespace Hearth.Tensors.Kernels;

/// <summary>Which experts of a mixture compute a row, and with what weights (Shazeer et al., Sparsely-Gated Mixture-of-Experts).</summary>
public static class ExpertRouter
{
    /// <summary>Takes the largest scores, ties going to the lower index, and the softmax over them: that over all, renormalized, is the same.</summary>
    /// <param name="scores">One a expert.</param>
    /// <param name="experts">Takes the chosen ones, in ascending order.</param>
    /// <param name="weights">Takes their weights, which add up to 1.</param>
    public static void Choose(ReadOnlySpan<float> scores, Span<int> experts, Span<float> weights)
    {
        for (var k = 0; k < experts.Length; k++)
        {
            var best = -1;
            for (var e = 0; e < scores.Length; e++)
            {
                if ((best < 0 || scores[e] > scores[best]) && !experts[..k].Contains(e))
                    best = e;
            }

            experts[k] = best;
        }

        experts.Sort();
        for (var k = 0; k < experts.Length; k++)
            weights[k] = scores[experts[k]];
        Softmax.Compute(weights, weights);
    }
}
