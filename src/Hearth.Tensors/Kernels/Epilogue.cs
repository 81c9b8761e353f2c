using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>What is computed from single numbers, or from pairs of gate and up.</summary>
public enum Nonlinearity
{
    /// <summary>x.</summary>
    None,

    /// <summary>x / (1 + e⁻ˣ).</summary>
    Silu,

    /// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) (Hendrycks and Gimpel, GELU).</summary>
    GeluTanh,

    /// <summary>½ x (1 + erf(x / √2)).</summary>
    GeluErf,

    /// <summary>Gated only, gpt-oss: g = min(gate, 7), u = up within ±7; g / (1 + e^(−1.702 g)) · (u + 1).</summary>
    ClampedSilu,

    /// <summary>c · tanh(x / c).</summary>
    SoftCap,
}

/// <summary>What happens to the outputs of a matrix: y = f(scale · (W x + bias)), stored or added to what is there.</summary>
public sealed record Epilogue
{
    /// <summary>y = W x.</summary>
    public static Epilogue Store { get; } = new();

    /// <summary>y = y + W x: the residual stream.</summary>
    public static Epilogue Add { get; } = new() { Adds = true };

    /// <summary>Whether results are added to what is there.</summary>
    public bool Adds { get; init; }

    /// <summary>Groups of 16 rows alternate gate and up; f(gate) · up is stored, half as many numbers as the matrix has rows.</summary>
    public bool Gated { get; init; }

    /// <summary>The function f.</summary>
    public Nonlinearity Function { get; init; }

    /// <summary>One addend for each row of the matrix, in its order; null for none. Borrowed.</summary>
    public FloatRows? Bias { get; init; }

    /// <summary>A factor; of gated ones always 1.</summary>
    public float Scale { get; init; } = 1f;

    /// <summary>The bound c of <see cref="Nonlinearity.SoftCap"/>.</summary>
    public float Cap { get; init; }
}
