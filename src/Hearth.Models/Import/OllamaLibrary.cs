using System.Text;
using Hearth.Models.Import.Ollama;
using Hearth.Models.Store;

namespace Hearth.Models.Import;

/// <summary>Ollama's library: <c>manifests/HOST/NAMESPACE/MODEL/TAG</c> name layers, which are files <c>blobs/sha256-DIGEST</c>.</summary>
/// <remarks>
/// The GGUF file is used in place, with its own chat template: Ollama's template is written in Go's language and is not used. System prompt,
/// parameters and licences are taken, and adapters: without them it would be another model.
/// </remarks>
static class OllamaLibrary
{
    const int Levels = 3, MaxTextBytes = 1 << 20;
    const string UsualHost = "registry.ollama.ai", UsualNamespace = "library";

    internal static IEnumerable<FoundModel> Read(string folder, FolderWalk walk)
        => from path in walk.Files(Path.Combine(folder, "manifests"), Levels)
           let words = Path.GetRelativePath(Path.Combine(folder, "manifests"), path).Split('/')
           where words.Length == Levels + 1
           select Read(folder, path, NameOf(words));

    static FoundModel Read(string folder, string path, string origin)
    {
        var name = ModelName.IsValid(origin) ? origin : ModelName.From(origin);
        var found = new FoundModel { Name = name, LongName = $"ollama/{name}", Source = ModelSource.Ollama, Origin = origin };
        try
        {
            if (name != origin)
                throw new InvalidDataException($"Its name holds other characters than {ModelName.Rule}");
            var layers = OllamaManifest.Read(SmallFile.Read(path, OllamaManifest.MaxBytes)).ToLookup(layer => layer.Kind);
            if (!layers["model"].Any())
                throw new InvalidDataException("It has no GGUF file: its weights lie elsewhere (a cloud model), or in another format");
            var files = layers["model"].Select(layer => Weights(folder, layer));
            return Complete(found with { Files = [.. files], Adapters = [.. layers["adapter"].Select(layer => Weights(folder, layer))] }, folder, layers);
        }
        catch (InvalidDataException e)
        {
            return found with { Problem = $"{e.Message}." };
        }
    }

    static FoundModel Complete(FoundModel found, string folder, ILookup<string, OllamaLayer> layers)
    {
        string Text(OllamaLayer layer) => Encoding.UTF8.GetString(SmallFile.Read(BlobOf(folder, layer), MaxTextBytes, layer.Digest)).ReplaceLineEndings("\n").Trim();

        var notes = new List<string>();
        var defaults = new Dictionary<string, IReadOnlyList<string>>();
        if (layers["params"].LastOrDefault() is { } parameters)
        {
            (defaults, var unknown) = OllamaParameters.Read(SmallFile.Read(BlobOf(folder, parameters), OllamaParameters.MaxBytes, parameters.Digest));
            if (unknown.Count > 0)
                notes.Add($"Parameters without a counterpart here: {string.Join(", ", unknown)}.");
        }

        if (layers["system"].LastOrDefault() is { Bytes: > 0 } system && Text(system) is { Length: > 0 } message)
            defaults["system"] = [message];
        if (layers["projector"].Any())
            notes.Add("Images are not read: its projector is not used.");
        if (layers["messages"].Any())
            notes.Add("Its example messages are not used.");
        var licences = layers["license"].Where(layer => layer.Bytes > 0).Select(Text).Where(text => text.Length > 0).ToList();
        return found with { Defaults = defaults, Notes = notes, Licence = licences.Count > 0 ? string.Join("\n\n", licences) : null };
    }

    static FoundFile Weights(string folder, OllamaLayer layer)
    {
        var path = BlobOf(folder, layer);
        var bytes = FileState.Of(path)?.Bytes ?? throw new InvalidDataException($"Its file is not there, or may not be read: {path}");
        return bytes == layer.Bytes && bytes > 0
            ? new(path, bytes, layer.Digest)
            : throw new InvalidDataException($"Its file has {bytes} of {layer.Bytes} bytes: {path}");
    }

    /// <summary>The path of a blob; early versions wrote a colon, and a library that was only copied still has it.</summary>
    static string BlobOf(string folder, OllamaLayer layer)
    {
        var (path, old) = (Path.Combine(folder, "blobs", $"sha256-{layer.Digest}"), Path.Combine(folder, "blobs", $"sha256:{layer.Digest}"));
        return !File.Exists(path) && File.Exists(old) ? old : path;
    }

    /// <summary>The name as Ollama shows it: what is usual is left out.</summary>
    static string NameOf(string[] words) => words switch
    {
        [UsualHost, UsualNamespace, var model, var tag] => $"{model}:{tag}",
        [UsualHost, var space, var model, var tag] => $"{space}/{model}:{tag}",
        [var host, var space, var model, var tag] => $"{host}/{space}/{model}:{tag}",
        _ => string.Join('/', words),
    };
}
