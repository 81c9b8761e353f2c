using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>Attention of a layer (Vaswani et al., Attention Is All You Need; Ainslie et al., GQA). Owns its buffers.</summary>
sealed class AttentionPart : IDisposable
{
    readonly DecoderShape _shape;
    readonly TensorKernels _kernels;
    readonly LinearMath _linear;
    readonly KvStore _cache;
    readonly FloatRows _query, _key, _value, _attention;
    readonly FloatRows? _gate;
    readonly Activations _attended;

    internal AttentionPart(DecoderShape shape, TensorKernels kernels, LinearMath linear, KvStore cache, int rows, int members)
    {
        (_shape, _kernels, _linear, _cache) = (shape, kernels, linear, cache);
        _query = new(rows, shape.Heads * shape.HeadLength);
        _key = new(rows, shape.KvHeads * shape.HeadLength);
        _value = new(rows, shape.KvHeads * shape.HeadLength);
        _attention = new(rows, shape.Heads * shape.HeadLength);
        _gate = shape.Architecture.GatedAttention ? new(rows, shape.Heads * shape.HeadLength) : null;
        _attended = new(rows, shape.Heads * shape.HeadLength, members);
    }

    /// <summary>From the residual stream to <paramref name="target"/>. No barrier at the end.</summary>
    internal void Run(
        CrewMember member, LayerShape layer, AttentionWeights w, Norm? norm, Batch batch, RotaryTables rotary, FloatRows angles, PassBuffers buffers, FloatRows target)
    {
        var rows = batch.Rows;
        _kernels.Prepare(member, buffers.X, [], rows, norm, buffers.Normed, w.Query.Forms | w.Key.Forms | w.Value.Forms | (w.Gate?.Forms ?? 0));
        _linear.Multiply(member, w.Query, buffers.Normed, rows, _query);
        _linear.Multiply(member, w.Key, buffers.Normed, rows, _key);
        _linear.Multiply(member, w.Value, buffers.Normed, rows, _value);
        if (w.Gate is { } gate)
            _linear.Multiply(member, gate, buffers.Normed, rows, _gate!);
        member.Barrier();

        var (from, to) = member.Share(rows);
        for (var r = from; r < to; r++)
        {
            Turn(_query, r, _shape.Heads, w.QueryNorm);
            Turn(_key, r, _shape.KvHeads, w.KeyNorm);
            var position = batch.Position(r);
            _kernels.StoreKeyValue(_cache, batch.Pages(r)[position / KvStore.PageLength], position % KvStore.PageLength, layer.CacheLayer, _key, _value, r);
        }

        member.Barrier();
        var jobs = new AttentionJobs(batch, _shape, member.Count);
        member.BeginPhase();
        for (var job = member.Take(); job < jobs.Count; job = member.Take())
            _kernels.Attend(member, _cache, layer.CacheLayer, jobs[(int)job], _query, _attention, w.Rule);
        member.Barrier();
        if (w.Gate is not null)
        {
            for (var r = from; r < to; r++)
                _kernels.Gate(_gate!, r, _attention);
            member.Barrier();
        }

        _kernels.Prepare(member, _attention, [], rows, null, _attended, w.Output.Forms);
        _linear.Multiply(member, w.Output, _attended, rows, target);

        void Turn(FloatRows vectors, int row, int heads, Norm? headNorm)
        {
            if (headNorm is not null)
                _kernels.NormalizeHeads(vectors, row, heads, _shape.HeadLength, headNorm);
            if (layer.Turns)
                _kernels.Rotate(vectors, row, heads, _shape.HeadLength, angles, rotary.IndexFor(row, layer.HasWindow));
        }
    }

    public void Dispose()
    {
        foreach (var buffer in (IDisposable?[])[_query, _key, _value, _gate, _attention, _attended])
            buffer?.Dispose();
    }
}
