using Hearth.Inference.KvCache;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>The forward pass of a model: one dispatch to the crew a pass, in which all members run <see cref="Pass"/> side by side.</summary>
/// <remarks>Used by the engine's own thread only. Owns its buffers; weights, cache and crew are borrowed.</remarks>
sealed class Decoder : IDisposable
{
    readonly DecoderShape _shape;
    readonly DecoderWeights _weights;
    readonly TensorKernels _kernels;
    readonly LinearMath _linear;
    readonly EmbeddingAdapter _embeddingAdapter;
    readonly Crew _crew;
    readonly int _prefillThreads, _decodeThreads;
    readonly PassBuffers _buffers;
    readonly AttentionPart _attention;
    readonly ConvolutionPart? _convolution;
    readonly DeltaNetPart? _deltaNet;
    readonly FeedForwardPart? _feedForward;
    readonly MixturePart? _mixture;
    readonly FloatRows _angles;
    readonly Action<CrewMember> _pass;
    Batch _batch;

    /// <param name="shape">The model's sizes.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="kernels">The kernel path.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="limits">Rows and logit rows of a pass at most.</param>
    /// <param name="threads">Members for passes of many rows and of few.</param>
    /// <param name="adapters">What changes the weights.</param>
    /// <param name="states">Sequences' states; null for a model without.</param>
    internal Decoder(
        DecoderShape shape, DecoderWeights weights, TensorKernels kernels, Crew crew, KvStore cache, (int Rows, int Logits) limits, (int Prefill, int Decode) threads,
        Adapters adapters, StatePool? states)
    {
        (_shape, _weights, _kernels, _crew) = (shape, weights, kernels, crew);
        (_prefillThreads, _decodeThreads) = threads;
        Limits = limits;
        _buffers = new(shape, limits.Rows, crew.Size);
        _linear = new(kernels, adapters.Rank, limits.Rows, shape.WidestOutput, crew.Size);
        _embeddingAdapter = new(adapters);
        _attention = new(shape, kernels, _linear, cache, limits.Rows, crew.Size);
        if (states is not null && shape.DeltaNet is { } net)
            _deltaNet = new(shape, net, kernels, _linear, new(states.Rows), limits.Rows, crew.Size);
        else if (states is not null)
            _convolution = new(shape, kernels, _linear, new(states.Rows), limits.Rows, crew.Size);
        _feedForward = shape.IsMixture ? null : new(kernels, _linear, shape.FeedForward, limits.Rows, crew.Size);
        _mixture = shape.IsMixture ? new(shape, kernels, _linear, limits.Rows, crew.Size) : null;
        _angles = new(2 * RotaryTables.PerRow * limits.Rows, shape.HeadLength);
        Logits = new(limits.Logits, shape.Vocabulary);
        _pass = Pass;
        _batch = new(1, 1);
    }

    /// <summary>Rows and logit rows of a pass at most.</summary>
    internal (int Rows, int Logits) Limits { get; }

    /// <summary>The logits of the last pass, or the scores of its labels, in the order in which its batch asked for them.</summary>
    internal FloatRows Logits { get; }

    /// <summary>The vectors after the last norm of the rows that the last batch asked for, where it asked for vectors.</summary>
    internal FloatRows Vectors => _buffers.Branch;

    /// <summary>Called after the embedding (−1) and after every layer with the residual stream, and with the normed rows at the end (the number of layers).</summary>
    internal Action<int, FloatRows>? Observer { get; set; }

    /// <summary>Scratch bytes a member of the crew needs.</summary>
    internal static long ScratchBytes(DecoderShape shape, int rows)
        => TensorKernels.ScratchBytes(rows, Math.Max(Math.Max(shape.Width, shape.FeedForward), shape.Heads * shape.HeadLength));

    /// <summary>Phases of a pass at most.</summary>
    internal static int Phases(DecoderShape shape) => 32 + (shape.Layers * (32 + (10 * shape.Experts)));

    /// <summary>Computes a batch: its keys and values are in the cache and its logits in <see cref="Logits"/> afterwards.</summary>
    /// <exception cref="NotFiniteException">A number on the way is infinite or not a number.</exception>
    internal void Forward(Batch batch)
    {
        if (batch.Rows == 0)
            return;
        _batch = batch;
        _crew.Run(batch.Rows > TensorKernels.FewRows ? _prefillThreads : _decodeThreads, _pass);
    }

    public void Dispose()
    {
        foreach (var part in (IDisposable?[])[_buffers, _linear, _attention, _convolution, _deltaNet, _feedForward, _mixture, _angles, Logits])
            part?.Dispose();
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
            Attend(member, _shape.LayerShapes[layer], w);
            member.Barrier();
            NormalizeAfter(member, w.AfterAttention, rows);
            if (w.Mixture is { } mixture)
                _mixture!.Run(member, mixture, w.BeforeFeedForward, rows, _buffers);
            else
                _feedForward!.Run(member, w.Dense!, w.BeforeFeedForward, rows, _buffers, TargetFor(w.AfterFeedForward));
            member.Barrier();
            NormalizeAfter(member, w.AfterFeedForward, rows);
            Observe(member, layer);
        }

        if (_batch.LogitCount > 0)
            GiveResults(member);
        if (Observer is not null)
            ObserveNormed(member, rows);
    }

    /// <summary>Attention, or what stands in its place.</summary>
    void Attend(CrewMember member, LayerShape layer, LayerWeights w)
    {
        var target = TargetFor(w.AfterAttention);
        if (w.Attention is { } attention)
            _attention.Run(member, layer, attention, w.BeforeAttention, _batch, _weights.Rotary, _angles, _buffers, target);
        else if (w.DeltaNet is { } net)
            _deltaNet!.Run(member, layer, net, w.BeforeAttention, _batch, _buffers, target);
        else
            _convolution!.Run(member, layer, w.Convolution!, w.BeforeAttention, _batch, _buffers, target);
    }

    void Embed(CrewMember member, int rows)
    {
        var (from, to) = member.Share(rows);
        for (var r = from; r < to; r++)
        {
            var x = _buffers.X.Row(r);
            _weights.Embedding.DecodeRow(_batch.Tokens[r], x);
            if (_shape.EmbeddingScale != 1)
            {
                foreach (ref var number in x)
                    number *= _shape.EmbeddingScale;
            }

            _embeddingAdapter.Add(_batch.Tokens[r], _shape.EmbeddingScale, _buffers.X, r);
            Add(_weights.TokenTypes, _batch.TokenType(r), r);
            Add(_weights.Positions, _batch.Position(r), r);
            if (_weights.EmbeddingNorm is { } norm)
                _kernels.Normalize(_buffers.X, r, norm, _buffers.X, r);
            _weights.Rotary.Fill(_batch.Position(r), _batch.IsLong(r), _angles, r);
        }

        void Add(Hearth.Tensors.Quantization.WeightMatrix? table, int index, int row)
        {
            if (table is null)
                return;
            table.DecodeRow(index, _buffers.Branch.Row(row));
            _kernels.AddScaled(_buffers.Branch, row, 1, _buffers.X, row);
        }
    }

    bool AfterSum => _shape.Architecture.Norms.AfterSum;

    FloatRows TargetFor(Norm? after) => after is null || AfterSum ? _buffers.X : _buffers.Branch;

    /// <summary>The norm after a part: of the sum, or of what is then added. Ends with a barrier where there is such a norm.</summary>
    void NormalizeAfter(CrewMember member, Norm? norm, int rows)
    {
        if (norm is null)
            return;
        var (from, to) = member.Share(rows);
        for (var r = from; r < to; r++)
        {
            var target = TargetFor(norm);
            _kernels.Normalize(target, r, norm, target, r);
            if (!AfterSum)
                _kernels.AddScaled(target, r, _shape.ResidualScale, _buffers.X, r);
        }

        member.Barrier();
    }

    /// <summary>Computes what the batch asks for, of the rows that it names.</summary>
    void GiveResults(CrewMember member)
    {
        var count = _batch.LogitCount;
        if (_batch.Result == PassResult.Logits)
        {
            Apply(member, _weights.Output!, _buffers.X, _batch.LogitRows.AsSpan(0, count), _weights.OutputNorm, Logits);
            return;
        }

        var (from, to) = member.Share(count);
        for (var i = from; i < to; i++)
            Normed(_batch.LogitRows[i], _buffers.Branch, i);
        if (_batch.Result == PassResult.Vectors)
            return;
        member.Barrier();
        var source = _buffers.Branch;
        if (_weights.Classifier!.Dense is { } dense)
        {
            Apply(member, dense, source, [], null, _buffers.X);
            member.Barrier();
            source = _buffers.X;
        }

        Apply(member, _weights.Classifier.Output, source, [], null, Logits);
    }

    void Apply(CrewMember member, Linear linear, FloatRows source, ReadOnlySpan<int> map, Norm? norm, FloatRows target)
    {
        _kernels.Prepare(member, source, map, _batch.LogitCount, norm, _buffers.Normed, linear.Forms);
        _linear.Multiply(member, linear, _buffers.Normed, _batch.LogitCount, target);
    }

    void Normed(int row, FloatRows target, int targetRow)
    {
        if (_weights.OutputNorm is { } norm)
            _kernels.Normalize(_buffers.X, row, norm, target, targetRow);
        else
            _buffers.X.Row(row).CopyTo(target.Row(targetRow));
    }

    void Observe(CrewMember member, int layer)
    {
        if (Observer is null)
            return;
        if (member.Index == 0)
            Observer(layer, _buffers.X);
        member.Barrier();
    }

    void ObserveNormed(CrewMember member, int rows)
    {
        member.Barrier();
        if (member.Index != 0)
            return;
        using var normed = new FloatRows(rows, _shape.Width);
        for (var r = 0; r < rows; r++)
            Normed(r, normed, r);
        Observer!(_shape.Layers, normed);
    }
}
