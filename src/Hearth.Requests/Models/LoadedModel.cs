namespace Hearth.Requests.Models;

/// <summary>What was loaded, and how it runs.</summary>
public sealed record LoadedModel
{
    /// <summary>Architecture as the file names it.</summary>
    public required string Architecture { get; init; }

    /// <summary>Positions that the cache holds.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Positions that the model was made for.</summary>
    public required int TrainedContextLength { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Weights, counted one by one.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Bytes of the weights as they are held.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of weights that one decode step reads.</summary>
    public required long BytesPerToken { get; init; }

    /// <summary>Bytes of the whole cache, mapped but not necessarily touched.</summary>
    public required long KvCacheBytes { get; init; }

    /// <summary>The kernel path that really runs.</summary>
    public required string InstructionSet { get; init; }

    /// <summary>SHA-256 of the generated kernels in lower-case hexadecimal, empty where none is used.</summary>
    public required string KernelDigest { get; init; }

    /// <summary>The rules of arithmetic.</summary>
    public required string NumericProfile { get; init; }

    /// <summary>SHA-256 of the chat template in lower-case hexadecimal, empty where the file has none.</summary>
    public required string TemplateDigest { get; init; }

    /// <summary>Numbers in a vector of this model.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>Tokens at most of a text that becomes a vector, unless a request says otherwise: less than the context where the model was trained so.</summary>
    public required int EmbeddingTokens { get; init; }

    /// <summary>Threads used for prompts and for generation.</summary>
    public required (int Prefill, int Decode) Threads { get; init; }

    /// <summary>How long loading took.</summary>
    public required TimeSpan LoadTime { get; init; }
}
