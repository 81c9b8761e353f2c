using System.Text.RegularExpressions;
using Hearth.Models.Store;
using Hearth.Requests.Models;

namespace Hearth.Models.Import;

/// <summary>GGUF files in folders of other programs, by their names alone: which belong together, which hold no language model.</summary>
static partial class GgufFiles
{
    /// <summary>The first files of all models among these paths; projectors and draft heads that lie beside a model are none.</summary>
    internal static IEnumerable<string> FirstParts(IEnumerable<string> paths)
        => paths.Where(path => path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !Sidecar().IsMatch(Path.GetFileName(path)))
            .Select(path => SplitFiles.Of(path)[0]).Distinct();

    /// <summary>A model's name after its file: without folder, ending and number of the part.</summary>
    internal static string NameOf(string path) => ModelName.From(Ending().Replace(Path.GetFileName(path), ""));

    /// <summary>The model whose first file lies at a path.</summary>
    internal static FoundModel Describe(string path, ModelSource source, string origin, string name, string? longName, Func<string, string?>? digestOf = null)
    {
        var found = new FoundModel { Name = name, LongName = longName ?? name, Source = source, Origin = origin };
        var parts = SplitFiles.Of(path);
        var files = new List<FoundFile>(parts.Count);
        foreach (var part in parts)
        {
            if (FileState.Of(part) is not { Bytes: > 0 } state)
                return found with { Problem = $"{(parts.Count > 1 ? $"Part {files.Count + 1} of {parts.Count}" : "Its file")} is not there, empty, or no ordinary file: {part}" };
            files.Add(new(part, state.Bytes, digestOf?.Invoke(part)));
        }

        return found with { Files = files };
    }

    // mmproj: the projector of a vision model; mtp: heads for multi-token prediction; imatrix: what a quantization was guided by.
    [GeneratedRegex(@"^(mmproj|mtp|imatrix)[-_.]|[-_.]mmproj[-_.]|[-_.]imatrix\.gguf\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sidecar();

    [GeneratedRegex(@"(-[0-9]{5}-of-[0-9]{5})?\.gguf\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ending();
}
