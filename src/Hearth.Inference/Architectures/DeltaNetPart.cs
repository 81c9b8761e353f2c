using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>A gated delta net in place of attention (Yang et al., Gated Delta Networks). Owns its buffers.</summary>
sealed class DeltaNetPart : IDisposable
{
    readonly DecoderShape _shape;
    readonly DeltaNetShape _net;
    readonly TensorKernels _kernels;
    readonly LinearMath _linear;
    readonly StatePlace _states;
    readonly FloatRows _mixed, _gate, _decay, _rate, _result;
    readonly Activations _ready;

    internal DeltaNetPart(DecoderShape shape, DeltaNetShape net, TensorKernels kernels, LinearMath linear, StatePlace states, int rows, int members)
    {
        (_shape, _net, _kernels, _linear, _states) = (shape, net, kernels, linear, states);
        (_mixed, _gate, _result) = (new(rows, net.Channels), new(rows, net.Values), new(rows, net.Values));
        (_decay, _rate) = (new(rows, net.ValueHeads), new(rows, net.ValueHeads));
        _ready = new(rows, net.Values, members);
    }

    /// <summary>From the residual stream to <paramref name="target"/>. No barrier at the end.</summary>
    internal void Run(CrewMember member, LayerShape layer, DeltaNetWeights w, Norm? norm, Batch batch, PassBuffers buffers, FloatRows target)
    {
        var rows = batch.Rows;
        _kernels.Prepare(member, buffers.X, [], rows, norm, buffers.Normed, w.Mixed.Forms | w.Gate.Forms | w.Decay.Forms | w.Rate.Forms);
        _linear.Multiply(member, w.Mixed, buffers.Normed, rows, _mixed);
        _linear.Multiply(member, w.Gate, buffers.Normed, rows, _gate);
        _linear.Multiply(member, w.Decay, buffers.Normed, rows, _decay);
        _linear.Multiply(member, w.Rate, buffers.Normed, rows, _rate);
        member.Barrier();
        var (from, to) = member.Share(_net.Channels, unit: 16);
        foreach (var slice in batch.Slices)
        {
            var state = _states.Of(batch.State(slice.FirstRow), layer.StateAt);
            for (var r = slice.FirstRow; r < slice.FirstRow + slice.Rows; r++)
                _kernels.Convolution(_mixed, r, w.Convolution, _shape.Taps, (from, to), state);
        }

        member.Barrier();
        member.BeginPhase();
        for (var job = member.Take(); job < batch.SliceCount * _net.ValueHeads; job = member.Take())
            RunHead(member, layer, w, batch, batch.Slices[(int)job / _net.ValueHeads], (int)job % _net.ValueHeads);
        member.Barrier();
        _kernels.Prepare(member, _result, [], rows, null, _ready, w.Out.Forms);
        _linear.Multiply(member, w.Out, _ready, rows, target);
    }

    public void Dispose()
    {
        foreach (var buffer in (IDisposable[])[_mixed, _gate, _decay, _rate, _result, _ready])
            buffer.Dispose();
    }

    void RunHead(CrewMember member, LayerShape layer, DeltaNetWeights w, Batch batch, Batch.Slice slice, int head)
    {
        var at = layer.StateAt + _shape.ConvolutionState + (head * _net.StateLength);
        var state = _states.Of(batch.State(slice.FirstRow), at);
        for (var r = slice.FirstRow; r < slice.FirstRow + slice.Rows; r++)
        {
            var gates = DeltaGates.Of(_decay.Row(r)[head], _rate.Row(r)[head], w.DecayBias.Row(0)[head], w.DecayFactor.Row(0)[head]);
            _kernels.DeltaNet(member, _mixed, r, _net, head, gates, state, w.Norm, _gate, _result);
        }
    }
}
