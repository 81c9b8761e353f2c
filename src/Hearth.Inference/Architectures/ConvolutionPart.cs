using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>A short convolution between two gates in place of attention (Liquid AI, LFM2). Owns its buffers.</summary>
sealed class ConvolutionPart(DecoderShape shape, TensorKernels kernels, LinearMath linear, StatePlace states, int rows, int members) : IDisposable
{
    readonly FloatRows _parts = new(rows, 3 * shape.Width), _result = new(rows, shape.Width);
    readonly Activations _ready = new(rows, shape.Width, members);

    /// <summary>From the residual stream to <paramref name="target"/>. No barrier at the end.</summary>
    internal void Run(CrewMember member, LayerShape layer, ConvolutionWeights w, Norm? norm, Batch batch, PassBuffers buffers, FloatRows target)
    {
        var width = shape.Width;
        kernels.Prepare(member, buffers.X, [], batch.Rows, norm, buffers.Normed, w.In.Forms);
        linear.Multiply(member, w.In, buffers.Normed, batch.Rows, _parts);
        member.Barrier();
        var (from, to) = member.Share(width, unit: 16);
        foreach (var slice in batch.Slices)
        {
            var state = states.Of(batch.State(slice.FirstRow), layer.StateAt);
            for (var r = slice.FirstRow; r < slice.FirstRow + slice.Rows; r++)
                kernels.GatedConvolution(_parts, r, w.Convolution, shape.Taps, width, (from, to), state, _result);
        }

        member.Barrier();
        kernels.Prepare(member, _result, [], batch.Rows, null, _ready, w.Out.Forms);
        linear.Multiply(member, w.Out, _ready, batch.Rows, target);
    }

    public void Dispose()
    {
        _parts.Dispose();
        _result.Dispose();
        _ready.Dispose();
    }
}

/// <summary>Where the states of sequences are.</summary>
sealed record StatePlace(FloatRows Rows)
{
    internal RecurrentState Of(int row, int at) => new(Rows, row, at);
}
