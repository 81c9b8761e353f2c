namespace Hearth.Tensors.Kernels;

/// <summary>e^(xᵢ) / Σ e^(xⱼ), summed in double precision in ascending order.</summary>
public static class Softmax
{
    /// <param name="scores">At least one number.</param>
    /// <param name="shares">Takes as many numbers, which add up to 1; may be the scores.</param>
    public static void Compute(ReadOnlySpan<float> scores, Span<float> shares)
    {
        var highest = scores[0];
        foreach (var score in scores)
            highest = Math.Max(highest, score);
        var sum = 0.0;
        foreach (var score in scores)
            sum += Power(score);
        for (var i = 0; i < scores.Length; i++)
            shares[i] = (float)(Power(scores[i]) / sum);

        // Below e⁻⁷⁰⁰ nothing is left of a share.
        double Power(float score) => Elementary.Exp(Math.Max((double)score - highest, -700));
    }
}
