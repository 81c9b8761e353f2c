using Hearth.Models.Store;
using Hearth.Requests.Models;

namespace Hearth.Models;

/// <summary>The models that ship: a folder for each, named after the model, with its GGUF files, its licence and their SHA-256 in <c>SHA256SUMS</c>.</summary>
public static class BuiltInModels
{
    const int MaxSumsBytes = 64 << 10;

    /// <summary>The models in a folder of folders; none where there is no such folder.</summary>
    public static IReadOnlyList<ModelEntry> In(string folder)
        => Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(Read).OfType<ModelEntry>()] : [];

    static ModelEntry? Read(string folder)
    {
        var first = Directory.GetFiles(folder, "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault();
        var name = Path.GetFileName(folder);
        if (first is null || !ModelName.IsValid(name))
            return null;
        var sums = ReadSums(Path.Combine(folder, "SHA256SUMS"));
        var files = SplitFiles.Of(first).Select(path => (Path: path, State: FileState.Of(path))).ToList();
        if (files.Exists(file => file.State is null))
            return null;
        return new()
        {
            Name = name,
            Source = ModelSource.BuiltIn,
            Origin = name,
            LicenceAccepted = true,
            Files = [.. files.Select(file => new ModelPart
            {
                Path = Path.GetFullPath(file.Path),
                Bytes = file.State!.Value.Bytes,
                Modified = file.State.Value.Modified,
                Sha256 = sums.GetValueOrDefault(Path.GetFileName(file.Path)),
            })],
        };
    }

    /// <summary>The form of <c>sha256sum</c>: the digest, two characters, the name.</summary>
    static Dictionary<string, string> ReadSums(string path)
    {
        var sums = new Dictionary<string, string>();
        if (FileState.Of(path) is not { Bytes: > 0 and <= MaxSumsBytes })
            return sums;
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 66 && FileDigest.IsDigest(line[..64])))
            sums[line[66..]] = line[..64];
        return sums;
    }
}
