using Hearth.Tensors.Memory;

namespace Hearth.Tensors.Kernels;

/// <summary>A normalization of rows with its weights; borrowed.</summary>
/// <param name="Weight">A factor for each number.</param>
/// <param name="Bias">An addend for each number, or null.</param>
/// <param name="Centered">
/// True: y = (x − mean) / √(variance + ε) · w + b (Ba et al., Layer Normalization). False: y = x / √(mean x² + ε) · w (Zhang and Sennrich, RMSNorm).
/// </param>
/// <param name="Epsilon">ε.</param>
public sealed record Norm(FloatRows Weight, FloatRows? Bias, bool Centered, float Epsilon);
