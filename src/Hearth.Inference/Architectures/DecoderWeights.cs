using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Architectures;

/// <summary>A matrix with what happens to its results.</summary>
/// <param name="Matrix">The weights.</param>
/// <param name="Epilogue">Bias, function and where results go.</param>
/// <param name="Adapter">What adapters add to it; null for nothing.</param>
sealed record Linear(WeightMatrix Matrix, Epilogue Epilogue, LowRank? Adapter = null)
{
    /// <summary>The forms of activations that it takes.</summary>
    internal ActivationForms Forms { get; } = FormsFor(Matrix) | FormsFor(Adapter?.A);

    static ActivationForms FormsFor(WeightMatrix? matrix)
        => matrix is null ? 0 : matrix.TakesFloat ? ActivationForms.Plain : ActivationForms.Quantized;
}

/// <summary>The weights of attention.</summary>
sealed record AttentionWeights(Linear Query, Linear Key, Linear Value, Linear? Gate, Linear Output, Norm? QueryNorm, Norm? KeyNorm, AttentionRule Rule);

/// <summary>A feed-forward part. Gate and up rows alternate in groups of 16, so that their product needs no second pass.</summary>
sealed record FeedForwardWeights(Linear In, Linear Out);

/// <summary>A mixture of experts; the shared one, if any, computes every row and is gated by a number.</summary>
sealed record ExpertWeights(Linear Router, FeedForwardWeights[] Experts, FeedForwardWeights? Shared, Linear? SharedGate);

/// <summary>What gives a text's labels scores: one more matrix with tanh, where the model has it, and one with a row a label.</summary>
sealed record ClassifierWeights(Linear? Dense, Linear Output);

/// <summary>The weights of a layer: attention or what stands in its place, and one feed-forward part or a mixture.</summary>
sealed record LayerWeights(
    Norm? BeforeAttention, AttentionWeights? Attention, ConvolutionWeights? Convolution, DeltaNetWeights? DeltaNet, Norm? AfterAttention,
    Norm? BeforeFeedForward, FeedForwardWeights? Dense, ExpertWeights? Mixture, Norm? AfterFeedForward)
{
    /// <summary>The matrices that a decode step reads, in its order; of experts, as many as compute a row.</summary>
    internal IEnumerable<Linear> Streamed(int expertsUsed)
    {
        IEnumerable<Linear?> feedForward = Dense is { } dense ? [dense.In, dense.Out]
            : Mixture!.Experts.Take(expertsUsed).SelectMany(e => (Linear[])[e.In, e.Out]).Prepend(Mixture.Router)
                .Concat([Mixture.Shared?.In, Mixture.Shared?.Out, Mixture.SharedGate]);
        IEnumerable<Linear?> attention =
            Attention is { } a ? [a.Query, a.Key, a.Value, a.Gate, a.Output]
            : Convolution is { } c ? [c.In, c.Out]
            : [DeltaNet!.Mixed, DeltaNet.Gate, DeltaNet.Decay, DeltaNet.Rate, DeltaNet.Out];
        return attention.Concat(feedForward).OfType<Linear>();
    }
}

/// <summary>All weights of a model, repacked. Borrowed from the loader's list.</summary>
sealed class DecoderWeights
{
    readonly ITensorReader _reader;
    readonly DecoderShape _shape;

    DecoderWeights(ITensorReader reader, DecoderShape shape) => (_reader, _shape) = (reader, shape);

    internal LayerWeights[] Layers { get; private set; } = [];

    internal WeightMatrix Embedding { get; private set; } = null!;

    /// <summary>Learned positions; null where positions turn queries and keys.</summary>
    internal WeightMatrix? Positions { get; private set; }

    /// <summary>Vectors added to embeddings by the type of their token; null where there are no types.</summary>
    internal WeightMatrix? TokenTypes { get; private set; }

    internal Norm? EmbeddingNorm { get; private set; }

    internal Norm? OutputNorm { get; private set; }

    /// <summary>The output matrix; the embeddings where the model ties them; null for a model without logits.</summary>
    internal Linear? Output { get; private set; }

    /// <summary>Null for a model without labels.</summary>
    internal ClassifierWeights? Classifier { get; private set; }

    internal RotaryTables Rotary { get; private set; } = null!;

    /// <summary>All matrices that a decode step reads, in its order.</summary>
    internal IEnumerable<WeightMatrix> Streamed
        => Layers.SelectMany(l => l.Streamed(_shape.ExpertsUsed)).Concat(Output is null ? [] : [Output]).Select(l => l.Matrix);

    /// <summary>Goes through all tensors of the architecture.</summary>
    internal static DecoderWeights Read(ITensorReader reader, DecoderShape shape)
    {
        var weights = new DecoderWeights(reader, shape);
        weights.Layers = [.. Enumerable.Range(0, shape.Layers).Select(weights.Layer)];
        weights.ReadEnds();
        return weights;
    }

    void ReadEnds()
    {
        var a = _shape.Architecture;
        Embedding = Matrix("token_embd.weight", _shape.Vocabulary);
        Positions = a.Pairs == RotaryPairs.Learned ? Matrix("position_embd.weight", _shape.ContextLength) : null;
        TokenTypes = _shape.TokenTypes > 0 ? Matrix("token_types.weight", _shape.TokenTypes) : null;
        EmbeddingNorm = a.EmbeddingNorm ? Norm("token_embd_norm", _shape.Width) : null;
        // LFM2 as Ollama converts it calls this norm as all others do.
        OutputNorm = Norm(a.OutputNorm is { } norm && !_reader.Has($"{norm}.weight") && _reader.Has("output_norm.weight") ? "output_norm" : a.OutputNorm, _shape.Width);
        Rotary = RotaryTables.Read(_reader, _shape);
        Classifier = _shape.Labels > 0 ? ReadClassifier() : null;
        if (!_shape.HasLogits)
            return;
        var epilogue = new Epilogue
        {
            Scale = _shape.LogitScale, Function = _shape.LogitCap > 0 ? Nonlinearity.SoftCap : Nonlinearity.None, Cap = _shape.LogitCap,
        };
        var rows = new TensorRows("output.weight", _shape.Vocabulary);
        Output = _reader.Has(rows.Name) ? Linear(epilogue, _shape.Width, rows) : new(Embedding, epilogue);
    }

    ClassifierWeights ReadClassifier()
    {
        // c · tanh(x / c) with c = 1.
        var tanh = new Epilogue { Function = Nonlinearity.SoftCap, Cap = 1 };
        var dense = new TensorRows("cls.weight", _shape.Width);
        return new(
            _reader.Has(dense.Name) ? Linear(tanh, _shape.Width, dense) : null,
            Linear(Epilogue.Store, _shape.Width, new TensorRows(DecoderShape.LabelTensor, _shape.Labels)));
    }

    LayerWeights Layer(int layer)
    {
        var prefix = $"blk.{layer}.";
        var (shape, places) = (_shape.LayerShapes[layer], _shape.Architecture.Norms);
        var recurrent = _shape.Recurrent[layer];
        var mayLackNorm = layer == 0 && places.FirstMayLack && !_reader.Has(prefix + places.BeforeAttention + ".weight");
        return new(
            mayLackNorm ? null : LayerNorm(places.BeforeAttention),
            recurrent ? null : Attention(prefix, shape, AddUnless(places.AfterAttention)),
            recurrent && _shape.DeltaNet is null ? Convolution(prefix, AddUnless(places.AfterAttention)) : null,
            recurrent && _shape.DeltaNet is { } net ? DeltaNet(prefix, net, AddUnless(places.AfterAttention)) : null,
            LayerNorm(places.AfterAttention),
            LayerNorm(places.BeforeFeedForward),
            _shape.IsMixture ? null : FeedForward(prefix, AddUnless(places.AfterFeedForward)),
            _shape.IsMixture ? Mixture(prefix) : null,
            LayerNorm(places.AfterFeedForward));

        Norm? LayerNorm(string? name) => Norm(name is null ? null : prefix + name, _shape.Width);

        // What is normalized before the sum is stored first.
        Epilogue AddUnless(string? normAfter)
            => normAfter is null || places.AfterSum ? new() { Adds = true, Scale = _shape.ResidualScale } : Epilogue.Store;
    }

    AttentionWeights Attention(string prefix, LayerShape layer, Epilogue output)
    {
        int width = _shape.Width, length = _shape.HeadLength, queries = _shape.Heads * length, keys = _shape.KvHeads * length;
        var halves = layer.Turns && _shape.Architecture.Pairs == RotaryPairs.Halves ? _shape.Rotary.Dimensions : 0;
        var order = new HeadOrder(length, halves, length);
        var (q, k, v) = (new TensorRows(prefix + "attn_q.weight", queries, order), new TensorRows(prefix + "attn_k.weight", keys, order), new TensorRows(prefix + "attn_v.weight", keys));
        var fused = prefix + "attn_qkv.weight";
        if (_reader.Has(fused))
        {
            var all = queries + (2 * keys);
            (q, k, v) = (new(fused, queries, 0, all, order), new(fused, keys, queries, all, order), new(fused, keys, queries + keys, all));
        }

        Linear? gate = null;
        if (_shape.Architecture.GatedAttention)
        {
            // Behind the rows of each head's query are those of its gate.
            q = q with { Of = 2 * queries, Heads = order with { Step = 2 * length } };
            gate = Linear(Epilogue.Store, width, q with { First = length, Heads = new(length, 0, 2 * length) });
        }

        var sinks = _shape.Architecture.Sinks ? _reader.Vector(new TensorRows(prefix + _shape.Architecture.SinksTensor, _shape.Heads)) : null;
        return new(
            Linear(Epilogue.Store, width, q), Linear(Epilogue.Store, width, k), Linear(Epilogue.Store, width, v), gate,
            Linear(output, queries, new TensorRows($"{prefix}{_shape.Architecture.AttentionOutput}.weight", width)),
            HeadNorm("attn_q_norm"), HeadNorm("attn_k_norm"), layer.Attention with { Sinks = sinks });

        Norm? HeadNorm(string name) => _shape.Architecture.HeadNorms ? Norm(prefix + name, length, order) : null;
    }

    ConvolutionWeights Convolution(string prefix, Epilogue output)
    {
        var width = _shape.Width;
        return new(
            Linear(Epilogue.Store, width, new TensorRows(prefix + "shortconv.in_proj.weight", 3 * width)), Taps(prefix + "shortconv.conv.weight", width),
            Linear(output, width, new TensorRows(prefix + "shortconv.out_proj.weight", width)));
    }

    DeltaNetWeights DeltaNet(string prefix, DeltaNetShape net, Epilogue output)
    {
        int heads = net.ValueHeads, group = heads / net.KeyHeads;
        // One matrix holds for each key head the rates of its value heads, then their decays; or there are two.
        var fused = prefix + "ssm_ba.weight";
        var order = new HeadOrder(group, 0, 2 * group);
        var (decay, rate) = _reader.Has(fused)
            ? (new TensorRows(fused, heads, group, 2 * heads, order), new TensorRows(fused, heads, 0, 2 * heads, order))
            : (new TensorRows(prefix + "ssm_alpha.weight", heads), new TensorRows(prefix + "ssm_beta.weight", heads));
        // Ollama leaves out what kind of tensor it is.
        var timeSteps = prefix + (_reader.Has(prefix + "ssm_dt.bias") ? "ssm_dt.bias" : "ssm_dt");
        return new(
            Store(new TensorRows(prefix + "attn_qkv.weight", net.Channels)), Store(new TensorRows(prefix + "attn_gate.weight", net.Values)), Store(decay), Store(rate),
            Taps(prefix + "ssm_conv1d.weight", net.Channels), _reader.Vector(new TensorRows(timeSteps, heads)),
            _reader.Vector(new TensorRows(prefix + "ssm_a", heads)), Norm(prefix + "ssm_norm", net.ValueLength)!,
            Linear(output, net.Values, new TensorRows(prefix + "ssm_out.weight", _shape.Width)));

        Linear Store(TensorRows part) => Linear(Epilogue.Store, _shape.Width, part);
    }

    /// <summary>A convolution's weights, tap after tap; the file has them channel after channel.</summary>
    FloatRows Taps(string name, int channels) => _reader.Vector(new TensorRows(name, channels * _shape.Taps, new HeadOrder(channels, 0, 1) { Across = _shape.Taps }));

    FeedForwardWeights FeedForward(string prefix, Epilogue output)
    {
        var ff = _shape.FeedForward;
        var (gate, up) = (new TensorRows(prefix + "ffn_gate.weight", ff), new TensorRows(prefix + "ffn_up.weight", ff));
        // A fused matrix holds the rows of gate before those of up.
        if (_shape.Architecture.Gated && !_reader.Has(gate.Name))
            (gate, up) = (new(up.Name, ff, 0, 2 * ff), new(up.Name, ff, ff, 2 * ff));
        return Pair(gate, up, new(prefix + "ffn_down.weight", _shape.Width), output);
    }

    ExpertWeights Mixture(string prefix)
    {
        long ff = _shape.FeedForward, width = _shape.Width, count = _shape.Experts;
        var shared = _shape.SharedFeedForward;
        var fused = _reader.Has(prefix + "ffn_gate_up_exps.weight");
        return new(Linear(Epilogue.Store, _shape.Width, new TensorRows(prefix + "ffn_gate_inp.weight", _shape.Experts)), [.. Enumerable.Range(0, _shape.Experts).Select(Expert)],
            shared == 0 ? null : Pair(new(prefix + "ffn_gate_shexp.weight", shared), new(prefix + "ffn_up_shexp.weight", shared), new(prefix + "ffn_down_shexp.weight", _shape.Width), Epilogue.Store, shared),
            shared == 0 ? null : Linear(Epilogue.Store, _shape.Width, new TensorRows(prefix + "ffn_gate_inp_shexp.weight", 1)));

        FeedForwardWeights Expert(int e)
        {
            var down = new TensorRows(prefix + "ffn_down_exps.weight", (int)width, e * width, count * width);
            return fused
                ? Pair(Half(prefix + "ffn_gate_up_exps.weight", 2 * e, 2), Half(prefix + "ffn_gate_up_exps.weight", (2 * e) + 1, 2), down, Epilogue.Store)
                : Pair(Half(prefix + "ffn_gate_exps.weight", e, 1), Half(prefix + "ffn_up_exps.weight", e, 1), down, Epilogue.Store);
        }

        TensorRows Half(string name, int index, int each) => new(name, (int)ff, index * ff, each * count * ff);
    }

    FeedForwardWeights Pair(TensorRows gate, TensorRows up, TensorRows down, Epilogue output, int? length = null)
    {
        var inner = new Epilogue { Gated = _shape.Architecture.Gated, Function = _shape.Function };
        return new(inner.Gated ? Linear(inner, _shape.Width, gate, up) : Linear(inner, _shape.Width, up), Linear(output, length ?? _shape.FeedForward, down));
    }

    /// <summary>A matrix with the biases that the file has beside it.</summary>
    Linear Linear(Epilogue epilogue, int columns, params TensorRows[] parts)
    {
        var biases = Array.ConvertAll(parts, part => part with { Name = part.Name.Replace(".weight", ".bias", StringComparison.Ordinal) });
        return new(
            _reader.Matrix(columns, parts),
            biases.Any(bias => _reader.Has(bias.Name)) ? epilogue with { Bias = _reader.Vector(biases) } : epilogue,
            _reader.LowRank(columns, parts));
    }

    WeightMatrix Matrix(string name, int rows) => _reader.Matrix(_shape.Width, new TensorRows(name, rows));

    Norm? Norm(string? name, int width, HeadOrder? order = null)
    {
        if (name is null)
            return null;
        var bias = new TensorRows(name + ".bias", width, order);
        return new(_reader.Vector(bias with { Name = name + ".weight" }), _reader.Has(bias.Name) ? _reader.Vector(bias) : null, _shape.Architecture.Centered, _shape.Epsilon);
    }
}
