using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>The forward pass of a decoder: one dispatch to the crew a pass, in which all members run <see cref="Pass"/> side by side.</summary>
/// <remarks>Used by the engine's own thread only. Owns its buffers; weights, cache and crew are borrowed.</remarks>
sealed class Decoder : IDisposable
{
    readonly DecoderShape _shape;
    readonly DecoderWeights _weights;
    readonly TensorKernels _kernels;
    readonly Crew _crew;
    readonly KvStore _cache;
    readonly int _prefillThreads, _decodeThreads;
    readonly FloatRows _x, _query, _key, _value, _attention, _feedForward, _angles;
    readonly Activations _normed, _attended, _gated;
    readonly Action<CrewMember> _pass;
    Batch _batch;

    /// <param name="shape">The model's sizes.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="kernels">The kernel path.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="limits">Rows and logit rows of a pass at most.</param>
    /// <param name="threads">Members for passes of many rows and of few.</param>
    internal Decoder(
        DecoderShape shape, DecoderWeights weights, TensorKernels kernels, Crew crew, KvStore cache, (int Rows, int Logits) limits, (int Prefill, int Decode) threads)
    {
        (_shape, _weights, _kernels, _crew, _cache) = (shape, weights, kernels, crew, cache);
        (_prefillThreads, _decodeThreads) = threads;
        Limits = limits;
        _x = new(limits.Rows, shape.Width);
        _query = new(limits.Rows, shape.Heads * shape.HeadLength);
        _key = new(limits.Rows, shape.KvHeads * shape.HeadLength);
        _value = new(limits.Rows, shape.KvHeads * shape.HeadLength);
        _attention = new(limits.Rows, shape.Heads * shape.HeadLength);
        _feedForward = new(limits.Rows, shape.FeedForward);
        _angles = new(2 * limits.Rows, shape.HeadLength);
        _normed = new(limits.Rows, shape.Width, crew.Size);
        _attended = new(limits.Rows, shape.Heads * shape.HeadLength, crew.Size);
        _gated = new(limits.Rows, shape.FeedForward, crew.Size);
        Logits = new(limits.Logits, shape.Vocabulary);
        _pass = Pass;
        _batch = new(1, 1);
    }

    /// <summary>Rows and logit rows of a pass at most.</summary>
    internal (int Rows, int Logits) Limits { get; }

    /// <summary>The logits of the last pass, in the order in which its batch asked for them.</summary>
    internal FloatRows Logits { get; }

    /// <summary>Called after the embedding (−1) and after every layer with the residual stream, and with the normed rows at the end (the number of layers).</summary>
    internal Action<int, FloatRows>? Observer { get; set; }

    /// <summary>Scratch bytes a member of the crew needs.</summary>
    internal static long ScratchBytes(DecoderShape shape, int rows) => TensorKernels.ScratchBytes(rows, Math.Max(shape.Width, shape.FeedForward));

    /// <summary>Bytes of the buffers of a pass.</summary>
    internal static long BufferBytes(DecoderShape shape, (int Rows, int Logits) limits)
    {
        long heads = shape.Heads * shape.HeadLength, kvHeads = shape.KvHeads * shape.HeadLength;
        var numbers = limits.Rows * ((3L * shape.Width) + (4 * heads) + (2 * kvHeads) + (3L * shape.FeedForward) + (2L * shape.HeadLength));
        return sizeof(float) * (numbers + ((long)limits.Logits * shape.Vocabulary));
    }

    /// <summary>Computes a batch: its keys and values are in the cache and its logits in <see cref="Logits"/> afterwards.</summary>
    /// <exception cref="NotFiniteException">A number on the way is infinite or not a number.</exception>
    internal void Forward(Batch batch)
    {
        if (batch.Rows == 0)
            return;
        _batch = batch;
        _crew.Run(batch.Rows > 4 ? _prefillThreads : _decodeThreads, _pass);
    }

    public void Dispose()
    {
        foreach (var buffer in (IDisposable[])[_x, _query, _key, _value, _attention, _feedForward, _angles, _normed, _attended, _gated, Logits])
            buffer.Dispose();
    }

    void Pass(CrewMember member)
    {
        var rows = _batch.Rows;
        Embed(member, rows);
        member.Barrier();
        Observe(member, -1);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var w = _weights.Layers[layer];
            Attend(member, w, layer, rows);
            _kernels.Prepare(member, _x, null, rows, w.FeedForwardNorm, _shape.Epsilon, _normed, w.GateUp.TakesFloat);
            _kernels.Multiply(member, w.GateUp, _normed, rows, _feedForward, Epilogue.GatedSilu);
            member.Barrier();
            _kernels.Prepare(member, _feedForward, null, rows, null, 0, _gated, w.Down.TakesFloat);
            _kernels.Multiply(member, w.Down, _gated, rows, _x, Epilogue.Add);
            member.Barrier();
            Observe(member, layer);
        }

        if (_batch.LogitCount > 0)
        {
            _kernels.Prepare(member, _x, _batch.LogitRows, _batch.LogitCount, _weights.OutputNorm, _shape.Epsilon, _normed, _weights.Output.TakesFloat);
            _kernels.Multiply(member, _weights.Output, _normed, _batch.LogitCount, Logits, Epilogue.Store);
        }

        if (Observer is not null)
            ObserveNormed(member, rows);
    }

    void Embed(CrewMember member, int rows)
    {
        var (from, to) = member.Share(rows);
        for (var r = from; r < to; r++)
        {
            _weights.Embedding.DecodeRow(_batch.Tokens[r], _x.Row(r));
            _weights.Angles.Fill(_batch.Position(r), _angles, r);
        }
    }

    void Attend(CrewMember member, LayerWeights w, int layer, int rows)
    {
        _kernels.Prepare(member, _x, null, rows, w.AttentionNorm, _shape.Epsilon, _normed, w.Query.TakesFloat);
        _kernels.Multiply(member, w.Query, _normed, rows, _query, Epilogue.Store);
        PrepareAgainIf(w.Key.TakesFloat != w.Query.TakesFloat, w.Key);
        _kernels.Multiply(member, w.Key, _normed, rows, _key, Epilogue.Store);
        PrepareAgainIf(w.Value.TakesFloat != w.Key.TakesFloat, w.Value);
        _kernels.Multiply(member, w.Value, _normed, rows, _value, Epilogue.Store);
        member.Barrier();

        var (from, to) = member.Share(rows);
        for (var r = from; r < to; r++)
        {
            var position = _batch.Position(r);
            _kernels.Rotate(_query, r, _shape.Heads, _shape.HeadLength, _angles, r);
            _kernels.Rotate(_key, r, _shape.KvHeads, _shape.HeadLength, _angles, r);
            _kernels.StoreKeyValue(_cache, _batch.Pages(r)[position / KvStore.PageLength], position % KvStore.PageLength, layer, _key, _value, r);
        }

        member.Barrier();
        var jobs = new AttentionJobs(_batch, _shape, member.Count);
        member.BeginPhase();
        for (var job = member.Take(); job < jobs.Count; job = member.Take())
            _kernels.Attend(member, _cache, layer, jobs[(int)job], _query, _attention, _shape.Scale);
        member.Barrier();
        _kernels.Prepare(member, _attention, null, rows, null, 0, _attended, w.AttentionOutput.TakesFloat);
        _kernels.Multiply(member, w.AttentionOutput, _attended, rows, _x, Epilogue.Add);
        member.Barrier();

        void PrepareAgainIf(bool differs, Hearth.Tensors.Quantization.WeightMatrix next)
        {
            if (differs)
                _kernels.Prepare(member, _x, null, rows, w.AttentionNorm, _shape.Epsilon, _normed, next.TakesFloat);
        }
    }

    void Observe(CrewMember member, int layer)
    {
        if (Observer is null)
            return;
        if (member.Index == 0)
            Observer(layer, _x);
        member.Barrier();
    }

    void ObserveNormed(CrewMember member, int rows)
    {
        member.Barrier();
        if (member.Index != 0)
            return;
        using var normed = new FloatRows(rows, _shape.Width);
        for (var r = 0; r < rows; r++)
            _kernels.Normalize(_x, r, _weights.OutputNorm, _shape.Epsilon, normed, r);
        Observer!(_shape.Layers, normed);
    }
}
