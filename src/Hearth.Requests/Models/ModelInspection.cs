namespace Hearth.Requests.Models;

/// <summary>What a model file says of itself.</summary>
public sealed record ModelInspection
{
    /// <summary>Container format and version, such as "GGUF 3" or "GGUF 3 in 9 parts".</summary>
    public required string Format { get; init; }

    /// <summary>Length of the file in bytes; of all parts together.</summary>
    public required long FileBytes { get; init; }

    /// <summary>All keys in file order; arrays are summarised, long texts are cut.</summary>
    public required IReadOnlyList<MetadataEntry> Metadata { get; init; }

    /// <summary>All tensors in file order.</summary>
    public required IReadOnlyList<TensorEntry> Tensors { get; init; }

    /// <summary>Weights, counted one by one.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>What running the model would take.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>What computing with it takes, or null where the model cannot be loaded.</summary>
    public required ModelWork? Work { get; init; }

    /// <summary>What a user should know: missing template, unknown pre-tokenizer, unsupported tensor types, …</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The chat template's source, or null.</summary>
    public required string? ChatTemplate { get; init; }

    /// <summary>What the file changes where it is an adapter; null for a model.</summary>
    public AdapterFacts? Adapter { get; init; }
}

/// <summary>One key of the metadata.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Type">The type as the format names it.</param>
/// <param name="Value">The value for people.</param>
public sealed record MetadataEntry(string Key, string Type, string Value);

/// <summary>One tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its number format.</param>
/// <param name="Shape">Dimensions, the fastest first.</param>
/// <param name="Bytes">Its size in the file.</param>
public sealed record TensorEntry(string Name, string Type, IReadOnlyList<long> Shape, long Bytes);

/// <summary>Memory that a context length needs, in bytes.</summary>
/// <param name="ContextLength">Positions.</param>
/// <param name="Weights">Repacked weights.</param>
/// <param name="KvCache">Keys and values.</param>
/// <param name="Scratch">Buffers of a pass.</param>
/// <param name="Available">What the system says is available.</param>
public sealed record MemoryEstimate(int ContextLength, long Weights, long KvCache, long Scratch, long Available)
{
    /// <summary>All of it.</summary>
    public long Total => Weights + KvCache + Scratch;
}
