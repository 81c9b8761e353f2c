using System.Text.Json.Serialization;

namespace Hearth.Models;

/// <summary>Where a model came from. The names are in catalogue files: CatalogueFileTests freezes them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelSource>))]
public enum ModelSource
{
    /// <summary>It ships with Hearth.</summary>
    [JsonStringEnumMemberName("built-in")]
    BuiltIn,

    /// <summary>A file that the user named.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>Ollama's library.</summary>
    [JsonStringEnumMemberName("ollama")]
    Ollama,

    /// <summary>LM Studio's folder of models.</summary>
    [JsonStringEnumMemberName("lm-studio")]
    LmStudio,

    /// <summary>The cache of the Hugging Face Hub.</summary>
    [JsonStringEnumMemberName("hugging-face")]
    HuggingFace,
}

/// <summary>A model that this machine has: where its files lie, what was recorded of them, and what the user wants by default.</summary>
public sealed record ModelEntry
{
    /// <summary>Its name; see <see cref="ModelName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from.</summary>
    public required ModelSource Source { get; init; }

    /// <summary>What the source calls it: <c>llama3.2:1b</c>, <c>publisher/repository/file.gguf</c>, or the path of a file.</summary>
    public required string Origin { get; init; }

    /// <summary>Its files: one, or all parts of a split model in order.</summary>
    public required IReadOnlyList<ModelPart> Files { get; init; }

    /// <summary>Adapters (LoRA) that belong to it, all used as trained; null where there are none.</summary>
    public IReadOnlyList<ModelPart>? Adapters { get; init; }

    /// <summary>What a worker read in the files when the model was imported; null where nothing was.</summary>
    public ModelFacts? Facts { get; init; }

    /// <summary>The licence: its text, or its name where no text came with the model; null where it names none.</summary>
    public string? Licence { get; init; }

    /// <summary>Whether the user has accepted the licence.</summary>
    public bool LicenceAccepted { get; init; }

    /// <summary>Settings for this model by name (<c>temperature</c>, <c>system</c>, …), each as it would be written, <c>stop</c> with several texts.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Defaults { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Its files and those of its adapters.</summary>
    [JsonIgnore]
    public IEnumerable<ModelPart> AllFiles => Files.Concat(Adapters ?? []);

    /// <summary>Bytes of all files.</summary>
    [JsonIgnore]
    public long Bytes => AllFiles.Sum(file => file.Bytes);
}

/// <summary>A file of a model as it was when it was recorded.</summary>
public sealed record ModelPart
{
    /// <summary>Its absolute path, in place; null for a copy of ours, which lies in the store under its digest.</summary>
    public string? Path { get; init; }

    /// <summary>Its length.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was last written.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>SHA-256 in 64 lower-case hexadecimal digits: the source's own record, or computed at import; null only for a built-in model without one.</summary>
    public string? Sha256 { get; init; }
}
