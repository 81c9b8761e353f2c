using Hearth.Tensors.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>Which numbers of a head turn together.</summary>
enum RotaryPairs
{
    /// <summary>2i and 2i + 1: the converter has reordered the rows of q and k.</summary>
    Neighbours,

    /// <summary>i and i + d/2: the rows are reordered when they are loaded.</summary>
    Halves,

    /// <summary>None: positions are learned and added to the embeddings.</summary>
    Learned,
}

/// <summary>The norms of a layer by the names of their tensors; null where there is none.</summary>
/// <param name="BeforeAttention">Of what attention reads.</param>
/// <param name="AfterAttention">Of what attention gives.</param>
/// <param name="BeforeFeedForward">Of what the feed-forward part reads.</param>
/// <param name="AfterFeedForward">Of what it gives.</param>
sealed record NormPlaces(string? BeforeAttention, string? AfterAttention, string? BeforeFeedForward, string? AfterFeedForward)
{
    /// <summary>Whether norms after a part come after the sum with the residual stream (post-norm), not before it (sandwich).</summary>
    internal bool AfterSum { get; init; }

    /// <summary>Whether the first layer may lack its norm before attention, since the embeddings were normalized already.</summary>
    internal bool FirstMayLack { get; init; }
}

/// <summary>What stands in place of attention in layers that carry a state from position to position.</summary>
enum Recurrence
{
    None,

    /// <summary>A short convolution between two gates, in layers for which the file states no key-value heads.</summary>
    Convolution,

    /// <summary>A gated delta net, in all layers but every so manieth, as the file states.</summary>
    DeltaNet,
}

/// <summary>Layers that alternate between a window and the whole context.</summary>
/// <param name="Period">Layers until the pattern repeats.</param>
/// <param name="Global">Which of them sees everything, from 0; −1 for the last.</param>
sealed record WindowPattern(int Period, int Global)
{
    internal bool IsGlobal(int layer) => layer % Period == (Global < 0 ? Period - 1 : Global);
}

/// <summary>Linear scaling of positions in models that were made for long contexts.</summary>
/// <param name="From">The least context of such a model.</param>
/// <param name="Factor">What positions are divided by.</param>
sealed record LongContext(int From, float Factor);

/// <summary>
/// An architecture as data: what the one engine does in it. What is not said here follows from keys and tensors of the file: sizes, biases, fused
/// matrices, experts, tied embeddings, scaling of positions.
/// </summary>
/// <param name="Name">The value of <c>general.architecture</c>, which is also the prefix of its keys.</param>
sealed record ArchitectureDescription(string Name)
{
    static readonly NormPlaces Before = new("attn_norm", null, "ffn_norm", null);
    static readonly NormPlaces BeforeRenamed = new("attn_norm", null, "post_attention_norm", null);
    static readonly NormPlaces Sandwich = new("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm");
    static readonly NormPlaces AfterSum = new(null, "attn_output_norm", null, "layer_output_norm") { AfterSum = true };

    static readonly ArchitectureDescription GptOss = new("gpt-oss")
    {
        Pairs = RotaryPairs.Halves, Norms = BeforeRenamed, Function = Nonlinearity.ClampedSilu, Sinks = true, YarnTruncated = false,
        Windows = new(2, Global: -1), Window = 128,
    };

    static readonly Dictionary<string, ArchitectureDescription> Table = new ArchitectureDescription[]
    {
        // Llama, Mistral, Mixtral, SmolLM2 and many more (Touvron et al., LLaMA, §2.2).
        new("llama"),
        new("granite") { Multipliers = true },
        new("smollm3") { UnturnedEvery = 4 },
        new("qwen2") { Pairs = RotaryPairs.Halves },
        new("qwen3") { Pairs = RotaryPairs.Halves, HeadNorms = true },
        new("qwen3moe") { Pairs = RotaryPairs.Halves, HeadNorms = true },
        new("phi3") { Pairs = RotaryPairs.Halves },
        new("gemma2")
        {
            Pairs = RotaryPairs.Halves, Norms = Sandwich, Function = Nonlinearity.GeluTanh, EmbeddingTimesRoot = true,
            Windows = new(2, Global: -1), Window = 4096, AttentionCap = 50, LogitCap = 30, LayersOfWideScale = 46,
        },
        new("gemma3")
        {
            Pairs = RotaryPairs.Halves, Norms = Sandwich, Function = Nonlinearity.GeluTanh, EmbeddingTimesRoot = true, HeadNorms = true,
            Windows = new(6, Global: -1), Window = 1024, WindowRotaryBase = 10_000, LayersOfWideScale = 62,
            Epsilon = 1e-6f, RotaryBase = 1_000_000, LongContext = new(131_072, 8),
        },
        GptOss,
        // As Ollama's own converter writes it (llama/compat in its repository).
        GptOss with { Name = "gptoss", Norms = Before, AttentionOutput = "attn_out", SinksTensor = "attn_sinks", Scaling = "yarn", StatesFeedForward = false },
        // Layers with a state (Liquid AI, LFM2; Yang et al., Gated Delta Networks).
        new("lfm2") { Pairs = RotaryPairs.Halves, HeadNorms = true, OutputNorm = "token_embd_norm", Recurrence = Recurrence.Convolution, StatesFeedForward = false },
        new("qwen3next")
        {
            Pairs = RotaryPairs.Halves, Norms = BeforeRenamed, HeadNorms = true, Recurrence = Recurrence.DeltaNet, GatedAttention = true, SharedExpert = true,
        },
        new("qwen35")
        {
            Pairs = RotaryPairs.Halves, Norms = BeforeRenamed, HeadNorms = true, Recurrence = Recurrence.DeltaNet, GatedAttention = true, TiledHeads = true,
        },
        // Encoders (Devlin et al., BERT; Nussbaum et al., Nomic Embed; Warner et al., ModernBERT).
        new("bert")
        {
            Pairs = RotaryPairs.Learned, Norms = AfterSum, Centered = true, EmbeddingNorm = true, OutputNorm = null, TokenTypes = true, Causal = false,
            Gated = false, Function = Nonlinearity.GeluErf,
        },
        new("nomic-bert")
        {
            Pairs = RotaryPairs.Halves, Norms = AfterSum, Centered = true, EmbeddingNorm = true, OutputNorm = null, TokenTypes = true, Causal = false,
        },
        new("modern-bert")
        {
            Pairs = RotaryPairs.Halves, Norms = Before with { FirstMayLack = true }, Centered = true, EmbeddingNorm = true, Causal = false,
            Function = Nonlinearity.GeluErf, Windows = new(3, Global: 0), WindowRotaryBase = 10_000,
        },
    }.ToDictionary(a => a.Name);

    internal static IEnumerable<string> Names => Table.Keys;

    /// <summary>How positions turn queries and keys.</summary>
    internal RotaryPairs Pairs { get; init; }

    internal NormPlaces Norms { get; init; } = Before;

    /// <summary>Whether norms subtract the mean (LayerNorm); otherwise RMSNorm.</summary>
    internal bool Centered { get; init; }

    /// <summary>Whether queries and keys are normalized head by head before they turn.</summary>
    internal bool HeadNorms { get; init; }

    /// <summary>Whether embeddings are normalized.</summary>
    internal bool EmbeddingNorm { get; init; }

    /// <summary>The norm after the last layer; null where there is none.</summary>
    internal string? OutputNorm { get; init; } = "output_norm";

    /// <summary>What norms add to the mean square in files that do not say; NaN: a file must.</summary>
    internal float Epsilon { get; init; } = float.NaN;

    /// <summary>The matrix behind attention.</summary>
    internal string AttentionOutput { get; init; } = "attn_output";

    /// <summary>Whether embeddings are multiplied by the square root of their length.</summary>
    internal bool EmbeddingTimesRoot { get; init; }

    /// <summary>Whether a row of token types is added to every embedding.</summary>
    internal bool TokenTypes { get; init; }

    /// <summary>Whether the feed-forward part multiplies f(gate) by up; otherwise it is f(up).</summary>
    internal bool Gated { get; init; } = true;

    internal Nonlinearity Function { get; init; } = Nonlinearity.Silu;

    /// <summary>Whether a position sees only those before it.</summary>
    internal bool Causal { get; init; } = true;

    /// <summary>Which layers have the window that the file states; null: all of them.</summary>
    internal WindowPattern? Windows { get; init; }

    /// <summary>The window of files that state none; 0: no window.</summary>
    internal int Window { get; init; }

    /// <summary>The rotary base of files that state none.</summary>
    internal float RotaryBase { get; init; } = 10_000;

    /// <summary>The rotary base of layers with a window in files that state none; 0: that of the others.</summary>
    internal float WindowRotaryBase { get; init; }

    /// <summary>How positions are scaled in files that do not say; null: not at all.</summary>
    internal string? Scaling { get; init; }

    /// <summary>How positions are scaled in files that do not say and are of models with so long a context; null: not at all.</summary>
    internal LongContext? LongContext { get; init; }

    /// <summary>Every so manieth layer does not turn queries and keys; 0: all layers do.</summary>
    internal int UnturnedEvery { get; init; }

    /// <summary>Whether the ramp of YaRN is rounded to whole pairs, for which GGUF has no key.</summary>
    internal bool YarnTruncated { get; init; } = true;

    /// <summary>Whether the file's factors of embeddings, attention, residual stream and logits count (Granite).</summary>
    internal bool Multipliers { get; init; }

    /// <summary>Bounds of attention scores and logits in files that state none; 0: none.</summary>
    internal float AttentionCap { get; init; }

    /// <inheritdoc cref="AttentionCap"/>
    internal float LogitCap { get; init; }

    /// <summary>Whether each head has an attention sink.</summary>
    internal bool Sinks { get; init; }

    /// <summary>The tensor of the sinks.</summary>
    internal string SinksTensor { get; init; } = "attn_sinks.weight";

    /// <summary>Whether the length of the feed-forward parts in a file's keys is that of its tensors: some write what the model's configuration said first.</summary>
    internal bool StatesFeedForward { get; init; } = true;

    /// <summary>The model with so many layers scales attention by 1 / √(width / heads), for which GGUF has no key.</summary>
    internal int LayersOfWideScale { get; init; }

    /// <summary>What stands in place of attention in some layers.</summary>
    internal Recurrence Recurrence { get; init; }

    /// <summary>Whether attention's results are multiplied by the logistic function of gates, whose rows stand behind each head's query.</summary>
    internal bool GatedAttention { get; init; }

    /// <summary>Whether value head h of a delta net belongs to key head h mod key heads; otherwise neighbours share one.</summary>
    internal bool TiledHeads { get; init; }

    /// <summary>Whether one more expert computes every row, gated by a number of its own.</summary>
    internal bool SharedExpert { get; init; }

    internal static ArchitectureDescription? Find(string name) => Table.GetValueOrDefault(name);
}
