using Hearth.Formats.Gguf;
using Hearth.Requests;
using Hearth.Tensors.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>What is computed of the vectors of a text's tokens. The numbers are those of the key <c>pooling_type</c>.</summary>
enum Pooling
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Their mean.</summary>
    Mean = 1,

    /// <summary>The first one.</summary>
    Cls = 2,

    /// <summary>The last one.</summary>
    Last = 3,

    /// <summary>A score by the model's classifier.</summary>
    Rank = 4,
}

/// <summary>What a layer does beyond what all do.</summary>
/// <param name="Attention">What its queries see; without sinks, which are weights.</param>
/// <param name="Turns">Whether positions turn queries and keys.</param>
/// <param name="HasWindow">Whether it sees a window only, and turns by the base for such layers.</param>
/// <param name="CacheLayer">Where its keys and values stand in the cache; of a layer without attention −1.</param>
/// <param name="StateAt">Where its numbers start in a sequence's state; of a layer with attention −1.</param>
sealed record LayerShape(AttentionRule Attention, bool Turns, bool HasWindow, int CacheLayer, int StateAt);

/// <summary>The sizes of a model, read from a file's metadata and proved against its tensors.</summary>
sealed record DecoderShape
{
    const int MaxLayers = 1024, MaxWidth = 1 << 17, MaxHeads = 1024, MaxHeadLength = 1024, MaxContext = 1 << 24, MaxExperts = 1024, MaxVocabulary = 1 << 22,
        MaxTokenTypes = 256, MaxLabels = 64, MaxTaps = 64;

    internal const string LabelTensor = "cls.output.weight";

    internal required ArchitectureDescription Architecture { get; init; }

    internal required int Layers { get; init; }

    /// <summary>Numbers in a row of the residual stream.</summary>
    internal required int Width { get; init; }

    internal required int Heads { get; init; }

    internal required int KvHeads { get; init; }

    internal required int HeadLength { get; init; }

    /// <summary>Numbers between the matrices of a feed-forward part; of one expert where there are several.</summary>
    internal required int FeedForward { get; init; }

    /// <summary>Experts of a layer; 0 for a dense model.</summary>
    internal required int Experts { get; init; }

    /// <summary>Experts that compute a row.</summary>
    internal required int ExpertsUsed { get; init; }

    internal required int Vocabulary { get; init; }

    /// <summary>Types of tokens, such as first and second text; 0 where the model knows none.</summary>
    internal required int TokenTypes { get; init; }

    /// <summary>Positions that a convolution sees; 0 where there is none.</summary>
    internal required int Taps { get; init; }

    /// <summary>The sizes of delta nets; null where there are none.</summary>
    internal required DeltaNetShape? DeltaNet { get; init; }

    /// <summary>Numbers between the matrices of the expert that computes every row; 0 where there is none.</summary>
    internal required int SharedFeedForward { get; init; }

    /// <summary>For each layer whether it carries a state instead of having attention.</summary>
    internal required bool[] Recurrent { get; init; }

    /// <summary>Numbers of a sequence's state in all layers.</summary>
    internal int StateLength => Recurrent.Count(r => r) * LayerState;

    /// <summary>Numbers of a layer's state that are the last inputs of its convolution.</summary>
    internal int ConvolutionState => Math.Max(Taps - 1, 0) * (DeltaNet?.Channels ?? Width);

    int LayerState => ConvolutionState + (DeltaNet is { } net ? net.ValueHeads * net.StateLength : 0);

    /// <summary>Positions that the model was made for.</summary>
    internal required int ContextLength { get; init; }

    internal required float Epsilon { get; init; }

    /// <summary>How positions turn queries and keys, apart from divisors, which are tensors.</summary>
    internal required RotaryRule Rotary { get; init; }

    /// <summary>The rule of layers with a window; null where it is the same.</summary>
    internal required RotaryRule? WindowRotary { get; init; }

    /// <summary>The longest sequence that turns by the short factors (LongRoPE); int.MaxValue where there are no others.</summary>
    internal required int LongFrom { get; init; }

    internal required Nonlinearity Function { get; init; }

    internal required float EmbeddingScale { get; init; }

    internal required float ResidualScale { get; init; }

    internal required float LogitScale { get; init; }

    /// <summary>The bound of logits; 0 for none.</summary>
    internal required float LogitCap { get; init; }

    internal required Pooling Pooling { get; init; }

    /// <summary>Labels to which the model's classifier gives scores; 0 where it has none.</summary>
    internal required int Labels { get; init; }

    /// <summary>Which label's share is the score where there are several: that of yes, or the first.</summary>
    internal required int ScoredLabel { get; init; }

    internal LayerShape[] LayerShapes { get; private set; } = [];

    /// <summary>Whether the model gives logits: an encoder gives vectors only.</summary>
    internal bool HasLogits => Architecture.Causal;

    /// <summary>Layers whose keys and values are kept; an encoder needs those of the layer that is being computed only.</summary>
    internal int CacheLayers => LayerShapes.Max(l => l.CacheLayer) + 1;

    internal bool IsMixture => Experts > 0;

    /// <summary>Rows of the largest matrix.</summary>
    internal int WidestOutput => Math.Max(Math.Max(Vocabulary, Heads * HeadLength), Math.Max(2 * Math.Max(FeedForward, SharedFeedForward), Math.Max(3 * Width, DeltaNet?.Channels ?? 0)));

    /// <exception cref="EngineException">A key is missing or out of range, a tensor is missing or has another shape, or the architecture is unknown.</exception>
    internal static DecoderShape Read(GgufFile file)
    {
        var name = file.Metadata.GetString("general.architecture");
        if (Adapters.IsAdapter(file))
        {
            throw new EngineException(
                FailureCode.InvalidModel, $"The file is an adapter for models of the architecture '{name}', and no model.", "a model",
                "Name the model that it was made for, and this file as its adapter.");
        }

        var architecture = ArchitectureDescription.Find(name) ?? throw new EngineException(
            FailureCode.UnsupportedModel, $"The model's architecture is '{name}'.", $"one of: {string.Join(", ", ArchitectureDescription.Names)}",
            "Choose a model of a supported architecture.");
        var keys = new ModelKeys(file.Metadata, name);
        var width = keys.Size("embedding_length", MaxWidth);
        var heads = keys.Size("attention.head_count", MaxHeads);
        var headLength = keys.Size("attention.key_length", MaxHeadLength, Math.Max(1, width / heads));
        var rotaryDimensions = keys.Size("rope.dimension_count", MaxHeadLength, headLength);
        var context = keys.Size("context_length", MaxContext);
        var layers = keys.Size("block_count", MaxLayers);
        var kvHeads = keys.PerLayer("attention.head_count_kv", layers, MaxHeads, heads);
        var recurrence = architecture.Recurrence;
        var experts = keys.Count("expert_count", MaxExperts);
        var labels = (int)Math.Min(file.Find(LabelTensor)?.Rows ?? 0, MaxLabels);
        var shape = new DecoderShape
        {
            Architecture = architecture,
            Layers = layers,
            Taps = recurrence == Recurrence.Convolution ? keys.Size("shortconv.l_cache", MaxTaps) : recurrence == Recurrence.DeltaNet ? keys.Size("ssm.conv_kernel", MaxTaps) : 0,
            DeltaNet = recurrence == Recurrence.DeltaNet ? DeltaNetFor(keys, architecture) : null,
            SharedFeedForward = architecture.SharedExpert ? keys.Size("expert_shared_feed_forward_length", MaxWidth * 4) : 0,
            Recurrent = recurrence switch
            {
                Recurrence.Convolution => Array.ConvertAll(kvHeads, n => n == 0),
                Recurrence.DeltaNet => keys.LayerFlags("attention.recurrent_layers", layers)?[..layers]
                    ?? (kvHeads.Contains(0) ? Array.ConvertAll(kvHeads, n => n == 0)
                    : [.. Attending(layers, keys.Size("full_attention_interval", MaxLayers, 4)).Select(attends => !attends)]),
                _ => new bool[layers],
            },
            Width = width,
            Heads = heads,
            KvHeads = kvHeads.Max(),
            HeadLength = headLength,
            FeedForward = FeedForwardOf(file, keys, architecture, experts > 0),
            Experts = experts,
            ExpertsUsed = experts > 0 ? keys.Size("expert_used_count", experts) : 0,
            Vocabulary = TensorChecks.Find(file, "token_embd.weight").Rows is > 0 and <= MaxVocabulary and var rows ? (int)rows : 0,
            TokenTypes = architecture.TokenTypes && file.Find("token_types.weight") is { } types ? (int)Math.Min(types.Rows, MaxTokenTypes) : 0,
            ContextLength = context,
            Epsilon = keys.Positive(architecture.Centered ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", architecture.Epsilon),
            Rotary = RotaryTables.RuleFor(keys, architecture, rotaryDimensions, context),
            WindowRotary = RotaryTables.WindowRuleFor(keys, architecture, rotaryDimensions),
            LongFrom = file.Find(RotaryTables.LongFactors) is null ? int.MaxValue : keys.Size("rope.scaling.original_context_length", MaxContext),
            Function = FunctionFor(keys, architecture),
            EmbeddingScale = architecture.EmbeddingTimesRoot ? MathF.Sqrt(width) : architecture.Multipliers ? keys.Positive("embedding_scale", 1) : 1,
            ResidualScale = architecture.Multipliers ? keys.Positive("residual_scale", 1) : 1,
            LogitScale = architecture.Multipliers ? 1 / keys.Positive("logit_scale", 1) : 1,
            // Ollama's first converter, and no other, wrote that base, and with it a bound of logits that Gemma 3 does not have.
            LogitCap = keys.Has("rope.global.freq_base") ? architecture.LogitCap : keys.Positive("final_logit_softcapping", architecture.LogitCap),
            Labels = labels,
            ScoredLabel = Math.Max(0, keys.IndexOf("classifier.output_labels", "yes"u8)),
            Pooling = (Pooling)keys.Count("pooling_type", (int)Pooling.Rank),
        };
        shape.LayerShapes = [.. Enumerable.Range(0, shape.Layers).Select(layer => shape.LayerFor(keys, layer))];
        Require(kvHeads.Distinct().All(n => n == shape.KvHeads || (n == 0 && recurrence != Recurrence.None)), "layers differ in their key-value heads");
        shape.Check(keys);
        TensorChecks.Check(file, shape);
        return shape;
    }

    LayerShape LayerFor(ModelKeys keys, int layer)
    {
        var a = Architecture;
        const string patternKey = "attention.sliding_window_pattern";
        var flags = keys.LayerFlags(patternKey, Layers);
        var windows = flags is null && a.Windows is { } pattern && keys.Has(patternKey) ? pattern with { Period = keys.Size(patternKey, MaxLayers) } : a.Windows;
        var window = keys.Has("attention.sliding_window") ? keys.Count("attention.sliding_window", int.MaxValue) : a.Window;
        var hasWindow = window > 0 && (flags?[layer] ?? windows?.IsGlobal(layer) != true);
        var wide = a.LayersOfWideScale == Layers;
        var scale = 1f / MathF.Sqrt(wide ? (float)Width / Heads : HeadLength);
        var rule = new AttentionRule(a.Multipliers ? keys.Positive("attention.scale", scale) : scale)
        {
            // A causal window counts the position itself; one to both sides is its width.
            Before = !hasWindow ? int.MaxValue : a.Causal ? window - 1 : window / 2,
            After = a.Causal ? 0 : hasWindow ? window / 2 : int.MaxValue,
            SoftCap = keys.Positive("attn_logit_softcapping", a.AttentionCap),
        };
        var turns = a.Pairs != RotaryPairs.Learned && (a.UnturnedEvery == 0 || (layer + 1) % a.UnturnedEvery != 0);
        var before = Recurrent.Take(layer).Count(r => r);
        return Recurrent[layer] ? new(rule, turns, hasWindow, -1, before * LayerState) : new(rule, turns, hasWindow, a.Causal ? layer - before : 0, -1);
    }

    void Check(ModelKeys keys)
    {
        Require(Vocabulary > 0, $"the embeddings have no rows, or more than {MaxVocabulary}");
        Require(KvHeads > 0, "no layer has key-value heads");
        Require(Heads % KvHeads == 0, $"{Heads} heads are not a multiple of {KvHeads} key-value heads");
        Require(HeadLength % 16 == 0, $"heads of {HeadLength} numbers are not a multiple of 16");
        Require(keys.Size("attention.value_length", MaxHeadLength, HeadLength) == HeadLength, "values are not as long as keys");
        Require(Width % 16 == 0, $"an embedding length of {Width} is not a multiple of 16");
        Require(FeedForward % 16 == 0, $"a feed-forward length of {FeedForward} is not a multiple of 16");
        Require(Rotary.Dimensions % 2 == 0 && Rotary.Dimensions <= HeadLength, $"{Rotary.Dimensions} rotary dimensions do not fit heads of {HeadLength}");
        Require(Epsilon is > 0 and < 1, $"the norm's epsilon is {Epsilon}");
        Require((long)Layers * Math.Max(Experts, 1) <= 1 << 16, $"{Layers} layers of {Experts} experts are more than 65,536 experts");
        Require(keys.Flag("attention.causal", Architecture.Causal) == Architecture.Causal, $"attention is {(Architecture.Causal ? "not causal" : "causal")}");
        Require(Labels <= Vocabulary && ScoredLabel < Math.Max(Labels, 1), $"{Labels} labels");
        Require(CacheLayers > 0, "no layer has attention");
        Require(Taps != 1 && (long)Layers * LayerState <= 1 << 28, $"a convolution of {Taps} and a state of {LayerState} numbers a layer");
        Require(!Architecture.SharedExpert || IsMixture, "a shared expert without others");
        Require(SharedFeedForward % 16 == 0, $"a feed-forward length of {SharedFeedForward} is not a multiple of 16");
        Require(Architecture.Gated || !IsMixture, "a mixture of experts without gates");
    }

    /// <summary>Numbers between the matrices of a feed-forward part: by the key, or where an architecture's files do not state it well, by the first matrix.</summary>
    static int FeedForwardOf(GgufFile file, ModelKeys keys, ArchitectureDescription architecture, bool isMixture)
    {
        if (!architecture.StatesFeedForward && file.Find(isMixture ? "blk.0.ffn_gate_exps.weight" : "blk.0.ffn_gate.weight") is { Shape: [_, > 0 and <= MaxWidth * 4 and var rows, ..] })
            return (int)rows;
        return keys.Size(isMixture && keys.Has("expert_feed_forward_length") ? "expert_feed_forward_length" : "feed_forward_length", MaxWidth * 4);
    }

    /// <summary>Which layers have attention: every so manieth.</summary>
    static IEnumerable<bool> Attending(int layers, int interval) => Enumerable.Range(1, layers).Select(layer => layer % interval == 0);

    static DeltaNetShape DeltaNetFor(ModelKeys keys, ArchitectureDescription architecture)
    {
        var (keyHeads, valueHeads) = (keys.Size("ssm.group_count", MaxHeads), keys.Size("ssm.time_step_rank", MaxHeads));
        var (keyLength, values) = (keys.Size("ssm.state_size", MaxHeadLength), keys.Size("ssm.inner_size", MaxWidth));
        Require(valueHeads % keyHeads == 0 && values % valueHeads == 0, $"{valueHeads} value heads do not fit {keyHeads} key heads and {values} numbers");
        Require(keyLength % 16 == 0 && values / valueHeads % 16 == 0 && values / valueHeads <= MaxHeadLength, $"heads of {keyLength} and {values / valueHeads} numbers are not multiples of 16");
        return new(keyHeads, valueHeads, keyLength, values / valueHeads, architecture.TiledHeads);
    }

    static Nonlinearity FunctionFor(ModelKeys keys, ArchitectureDescription architecture) => keys.Text("hidden_activation") switch
    {
        null => architecture.Function,
        "gelu" => Nonlinearity.GeluErf,
        "gelu_pytorch_tanh" => Nonlinearity.GeluTanh,
        "silu" => Nonlinearity.Silu,
        var other => throw new EngineException(
            FailureCode.UnsupportedModel, $"The model's activation is '{other}'.", "gelu, gelu_pytorch_tanh or silu", "Choose another model."),
    };

    internal static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new EngineException(FailureCode.InvalidModel, $"The model's sizes do not fit: {otherwise}.", "sizes that fit", "The file is damaged or of a variant that this engine does not know.");
    }
}
