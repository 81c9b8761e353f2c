using Hearth.Formats.Gguf;
using Hearth.Requests;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Architectures;

/// <summary>The sizes of a decoder, read from a file's metadata and proved against its tensors.</summary>
sealed record DecoderShape
{
    const int MaxLayers = 1024, MaxWidth = 1 << 17, MaxHeads = 1024, MaxHeadLength = 1024, MaxContext = 1 << 24;

    internal required ArchitectureDescription Architecture { get; init; }

    internal required int Layers { get; init; }

    /// <summary>Numbers in a row of the residual stream.</summary>
    internal required int Width { get; init; }

    internal required int Heads { get; init; }

    internal required int KvHeads { get; init; }

    internal required int HeadLength { get; init; }

    internal required int FeedForward { get; init; }

    internal required int Vocabulary { get; init; }

    /// <summary>Positions that the model was made for.</summary>
    internal required int ContextLength { get; init; }

    internal required float Epsilon { get; init; }

    internal required float RotaryBase { get; init; }

    internal required int RotaryDimensions { get; init; }

    /// <summary>What attention scores are multiplied by.</summary>
    internal float Scale => 1f / MathF.Sqrt(HeadLength);

    /// <exception cref="EngineException">A key is missing or out of range, a tensor is missing or has another shape, or the architecture is unknown.</exception>
    internal static DecoderShape Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var name = metadata.GetString("general.architecture");
        var architecture = ArchitectureDescription.Find(name) ?? throw new EngineException(
            FailureCode.UnsupportedModel, $"The model's architecture is '{name}'.", $"one of: {string.Join(", ", ArchitectureDescription.Names)}",
            "Choose a model of a supported architecture.");
        if (metadata.TryGetUInt32($"{name}.expert_count", out var experts) && experts > 0)
            throw new EngineException(FailureCode.UnsupportedModel, $"The model is a mixture of {experts} experts.", "a dense model", "Choose a dense model.");

        int Size(string key, int max, int? otherwise = null)
        {
            if (!metadata.TryGetUInt32($"{name}.{key}", out var value) && otherwise is { } fallback)
                return fallback;
            value = metadata.GetUInt32($"{name}.{key}");
            return value is > 0 && value <= max
                ? (int)value
                : throw new EngineException(FailureCode.InvalidModel, $"The key {name}.{key} is {value}.", $"1 to {max}", "The file is damaged; take another copy.");
        }

        var width = Size("embedding_length", MaxWidth);
        var heads = Size("attention.head_count", MaxHeads);
        var headLength = Size("attention.key_length", MaxHeadLength, Math.Max(1, width / heads));
        var shape = new DecoderShape
        {
            Architecture = architecture,
            Layers = Size("block_count", MaxLayers),
            Width = width,
            Heads = heads,
            KvHeads = Size("attention.head_count_kv", MaxHeads, heads),
            HeadLength = headLength,
            FeedForward = Size("feed_forward_length", MaxWidth * 4),
            Vocabulary = Tensor(file, architecture.Embedding).Rows is > 0 and <= 1 << 22 and var rows ? (int)rows : 0,
            ContextLength = Size("context_length", MaxContext),
            Epsilon = metadata.GetFloat32($"{name}.attention.layer_norm_rms_epsilon"),
            RotaryBase = metadata.TryGetFloat32($"{name}.rope.freq_base", out var frequency) ? frequency : 10_000f,
            RotaryDimensions = Size("rope.dimension_count", MaxHeadLength, headLength),
        };
        shape.Check(file);
        return shape;
    }

    /// <summary>A tensor that the model cannot do without.</summary>
    internal static GgufTensor Tensor(GgufFile file, string name)
        => file.Find(name) ?? throw new EngineException(
            FailureCode.InvalidModel, $"The file has no tensor '{name}'.", "all tensors of its architecture", "The file is incomplete; take another copy.");

    void Check(GgufFile file)
    {
        Require(Heads % KvHeads == 0, $"{Heads} heads are not a multiple of {KvHeads} key-value heads");
        Require(HeadLength % 16 == 0, $"heads of {HeadLength} numbers are not a multiple of 16");
        Require(Width % 16 == 0, $"an embedding length of {Width} is not a multiple of 16");
        Require(FeedForward % 16 == 0, $"a feed-forward length of {FeedForward} is not a multiple of 16");
        Require(RotaryDimensions % 2 == 0 && RotaryDimensions <= HeadLength, $"{RotaryDimensions} rotary dimensions do not fit heads of {HeadLength}");
        Require(float.IsFinite(Epsilon) && Epsilon is > 0 and < 1, $"the norm's epsilon is {Epsilon}");
        Require(float.IsFinite(RotaryBase) && RotaryBase > 1, $"the rotary base is {RotaryBase}");
        RequireShape(file, Architecture.Embedding, Width, Vocabulary);
        RequireShape(file, Architecture.OutputNorm, Width, 1);
        if (file.Find(Architecture.Output) is not null)
            RequireShape(file, Architecture.Output, Width, Vocabulary);
        var names = Architecture.Layer;
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"blk.{layer}.";
            RequireShape(file, prefix + names.AttentionNorm, Width, 1);
            RequireShape(file, prefix + names.Query, Width, Heads * HeadLength);
            RequireShape(file, prefix + names.Key, Width, KvHeads * HeadLength);
            RequireShape(file, prefix + names.Value, Width, KvHeads * HeadLength);
            RequireShape(file, prefix + names.AttentionOutput, Heads * HeadLength, Width);
            RequireShape(file, prefix + names.FeedForwardNorm, Width, 1);
            RequireShape(file, prefix + names.Gate, Width, FeedForward);
            RequireShape(file, prefix + names.Up, Width, FeedForward);
            RequireShape(file, prefix + names.Down, FeedForward, Width);
        }
    }

    static void RequireShape(GgufFile file, string name, int rowLength, int rows)
    {
        var tensor = Tensor(file, name);
        Require(tensor.RowLength == rowLength && tensor.Rows == rows, $"tensor '{name}' has {tensor.Rows} rows of {tensor.RowLength}, not {rows} of {rowLength}");
        if (!WeightMatrix.Supports(tensor.Type))
        {
            throw new EngineException(
                FailureCode.UnsupportedModel, $"Tensor '{name}' is of type {tensor.Type}.", WeightMatrix.SupportedTypes,
                "Take the model in one of these types, or convert it.");
        }
    }

    static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new EngineException(FailureCode.InvalidModel, $"The model's sizes do not fit: {otherwise}.", "sizes that fit", "The file is damaged or of a variant that this engine does not know.");
    }
}
