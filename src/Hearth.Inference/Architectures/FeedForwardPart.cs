using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>The feed-forward part of a layer (Shazeer, GLU Variants Improve Transformer). Owns its buffers.</summary>
sealed class FeedForwardPart(TensorKernels kernels, LinearMath linear, int feedForward, int rows, int members) : IDisposable
{
    readonly FloatRows _inner = new(rows, feedForward);
    readonly Activations _ready = new(rows, feedForward, members);

    /// <summary>From the residual stream to <paramref name="target"/>. No barrier at the end.</summary>
    internal void Run(CrewMember member, FeedForwardWeights w, Norm? norm, int rows, PassBuffers buffers, FloatRows target)
    {
        kernels.Prepare(member, buffers.X, [], rows, norm, buffers.Normed, w.In.Forms);
        linear.Multiply(member, w.In, buffers.Normed, rows, _inner);
        member.Barrier();
        kernels.Prepare(member, _inner, [], rows, null, _ready, w.Out.Forms);
        linear.Multiply(member, w.Out, _ready, rows, target);
    }

    public void Dispose()
    {
        _inner.Dispose();
        _ready.Dispose();
    }
}
