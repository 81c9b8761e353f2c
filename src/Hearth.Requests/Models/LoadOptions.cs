namespace Hearth.Requests.Models;

/// <summary>How keys and values are stored. Append only: the numbers travel between processes.</summary>
public enum KvType
{
    /// <summary>Half precision.</summary>
    F16 = 0,

    /// <summary>Single precision.</summary>
    F32 = 1,
}

/// <summary>The number format of activations. Append only: the numbers travel between processes.</summary>
public enum ActivationType
{
    /// <summary>Eight bits with a scale per 32: numeric profile 1.</summary>
    Int8 = 0,

    /// <summary>Single precision throughout, for comparing with references.</summary>
    Float = 1,
}

/// <summary>How strongly an adapter (LoRA) of a model counts.</summary>
/// <param name="Name">What it is called in messages; usually its file.</param>
/// <param name="Scale">1 as trained, 0 without effect, negative against it.</param>
public sealed record AdapterUse(string Name, float Scale);

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>Positions of one sequence at most; 0 takes the model's limit, 8,192 at most.</summary>
    public int ContextLength { get; init; }

    /// <summary>The largest <see cref="CacheLength"/>.</summary>
    public const int MostCacheLength = 1 << 24;

    /// <summary>Positions that the cache holds over all sequences, from one context to <see cref="MostCacheLength"/>; 0 takes one context. Memory is taken as it fills.</summary>
    public int CacheLength { get; init; }

    /// <summary>Storage of keys and values.</summary>
    public KvType KvType { get; init; }

    /// <summary>Number format of activations.</summary>
    public ActivationType Activations { get; init; }

    /// <summary>Threads for prompts, 1 to 256; 0 takes the machine's cores.</summary>
    public int PrefillThreads { get; init; }

    /// <summary>Threads for generation, 1 to 256; 0 takes the machine's cores.</summary>
    public int DecodeThreads { get; init; }

    /// <summary>The kernel path by name (scalar, vector128, vector256, vector256-vnni, vector512, avx512-vnni), or null for the best of the machine.</summary>
    public string? InstructionSet { get; init; }

    /// <summary>Bytes that weights and cache may take; 0 takes what the system says is available.</summary>
    public long MemoryBudget { get; init; }

    /// <summary>
    /// One for each adapter that the file was opened with, in the same order. They are part of the loaded model and stay as they are: what its cache holds was
    /// computed with them.
    /// </summary>
    public IReadOnlyList<AdapterUse> Adapters { get; init; } = [];
}

/// <summary>How far loading has come.</summary>
/// <param name="Done">Bytes of weights that are ready.</param>
/// <param name="Total">Bytes of weights in the file.</param>
public readonly record struct LoadProgress(long Done, long Total);
