namespace Hearth.Inference.Sampling;

/// <summary>An order in which a filter takes tokens: a lower number comes first.</summary>
interface IRank
{
    /// <summary>The place of a token with this logit.</summary>
    uint Of(float logit);
}

/// <summary>The most likely first.</summary>
readonly struct ByLogit : IRank
{
    // Flipping the sign bit of positive numbers and all bits of negative ones makes the bits of floats ascend with their values; −0 equals 0.
    /// <inheritdoc/>
    public uint Of(float logit)
    {
        var bits = BitConverter.SingleToUInt32Bits(logit + 0f);
        return (bits & 0x80000000) == 0 ? ~bits ^ 0x80000000 : bits;
    }
}

/// <summary>The nearest to a logit first, in float32: nearer than that, two tokens are equally typical.</summary>
/// <param name="centre">The logit of a token that is exactly typical.</param>
readonly struct ByDistance(double centre) : IRank
{
    /// <inheritdoc/>
    public uint Of(float logit) => BitConverter.SingleToUInt32Bits((float)Math.Abs(logit - centre));
}
