namespace Hearth.Tensors.Kernels;

/// <summary>How a head's state changes at a position.</summary>
/// <param name="Decay">What it is multiplied by.</param>
/// <param name="Rate">How far it takes the new value.</param>
public readonly record struct DeltaGates(float Decay, float Rate)
{
    /// <summary>1 / (1 + e⁻ˣ), in double precision.</summary>
    public static float Logistic(float x) => (float)(1 / (1 + Elementary.Exp(Math.Clamp(-(double)x, -700, 700))));

    /// <summary>Decay e^(factor · softplus(decay + bias)) and rate 1 / (1 + e^(−rate)), in double precision.</summary>
    public static DeltaGates Of(float decay, float rate, float bias, float factor)
    {
        var x = (double)decay + bias;
        // Beyond 30, ln(1 + eˣ) is x to the last place of single precision.
        var softplus = x > 30 ? x : Elementary.Log(1 + Elementary.Exp(Math.Max(x, -700)));
        return new((float)Elementary.Exp(Math.Max(factor * softplus, -700)), Logistic(rate));
    }
}
