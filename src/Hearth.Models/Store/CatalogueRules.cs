namespace Hearth.Models.Store;

/// <summary>What must hold of a catalogue that was read: types and required members are the serializer's concern, these are ours.</summary>
static class CatalogueRules
{
    /// <summary>The largest file of ext4, 16 TiB: those of a catalogue of any length add up to less than 2^63.</summary>
    const long MaxFileBytes = 1L << 44;

    /// <summary>The first rule that is broken, in words; null where all hold.</summary>
    internal static string? FirstBroken(CatalogueDocument document)
    {
        if (document.Format != CatalogueFile.Format)
            return "is no list of models of Hearth";
        if (document.Version != CatalogueFile.Version)
            return $"has version {document.Version}; this program reads version {CatalogueFile.Version}";
        if (document.Models.Any(model => model is null))
            return "has an empty entry";
        if (document.Models.FirstOrDefault(model => !ModelName.IsValid(model.Name)) is not null)
            return "has a model whose name is not one";
        if (document.Models.GroupBy(model => model.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return $"names {twice.Key} twice";
        return document.Models.Select(model => Broken(model) is { } rule ? $"has a broken entry {model.Name}: {rule}" : null).FirstOrDefault(rule => rule is not null);
    }

    static string? Broken(ModelEntry model)
    {
        if (!Enum.IsDefined(model.Source))
            return "its source is unknown";
        if (model.Files.Count == 0 != (model.Source == ModelSource.BuiltIn))
            return "it has no file";
        if (model.AllFiles.Any(file => file is null || !IsSound(file)))
            return "a file of it lacks an absolute path, a size or a SHA-256 in hexadecimal digits";
        return model.Defaults.All(pair => pair.Value is { Count: > 0 } texts && texts.All(text => text is not null)) ? null : "a default has no value";
    }

    static bool IsSound(ModelPart file)
        => (file.Path is null || (Path.IsPathFullyQualified(file.Path) && !file.Path.Contains('\0'))) && file.Bytes is > 0 and <= MaxFileBytes && FileDigest.IsDigest(file.Sha256);
}
