using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;

namespace Hearth.Inference.Architectures;

/// <summary>The weights of a short convolution between two gates.</summary>
/// <param name="In">Input gate, output gate and input, in this order.</param>
/// <param name="Convolution">A weight for each tap and channel, tap after tap.</param>
/// <param name="Out">The last matrix.</param>
sealed record ConvolutionWeights(Linear In, FloatRows Convolution, Linear Out);

/// <summary>The weights of a gated delta net.</summary>
/// <param name="Mixed">Queries, keys and values.</param>
/// <param name="Gate">What the results are gated by.</param>
/// <param name="Decay">What states decay by, a number for each head.</param>
/// <param name="Rate">How far states take new values, a number for each head.</param>
/// <param name="Convolution">A weight for each tap and channel, tap after tap.</param>
/// <param name="DecayBias">Added to decays.</param>
/// <param name="DecayFactor">−e^(A), the factor of softplus(decay + bias).</param>
/// <param name="Norm">Of a head's results.</param>
/// <param name="Out">The last matrix.</param>
sealed record DeltaNetWeights(
    Linear Mixed, Linear Gate, Linear Decay, Linear Rate, FloatRows Convolution, FloatRows DecayBias, FloatRows DecayFactor, Norm Norm, Linear Out);
