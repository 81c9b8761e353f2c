namespace Hearth.Models.Import;

/// <summary>A model that lies on this machine and could be imported.</summary>
public sealed record FoundModel
{
    /// <summary>The name that it would get.</summary>
    public required string Name { get; init; }

    /// <summary>A longer name, for the case that another model has the first one.</summary>
    public required string LongName { get; init; }

    /// <summary>Whose it is.</summary>
    public required ModelSource Source { get; init; }

    /// <summary>What the source calls it.</summary>
    public required string Origin { get; init; }

    /// <summary>Its files, all parts in order; empty where <see cref="Problem"/> says why.</summary>
    public IReadOnlyList<FoundFile> Files { get; init; } = [];

    /// <summary>The files of adapters (LoRA) that belong to it.</summary>
    public IReadOnlyList<FoundFile> Adapters { get; init; } = [];

    /// <summary>The text of the licence, where one lies beside the model.</summary>
    public string? Licence { get; init; }

    /// <summary>Settings that the source has for it, by the names of <see cref="ModelEntry.Defaults"/>; their values are unchecked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Defaults { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What the source has for it and Hearth does not use, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why it cannot be imported; null where it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Concat(Adapters).Sum(file => file.Bytes);
}

/// <summary>A file of a found model.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The source's record of its digest; null where it keeps none.</param>
public sealed record FoundFile(string Path, long Bytes, string? Sha256);
