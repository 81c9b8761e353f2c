namespace Hearth.Models.Import;

/// <summary>Where other programs keep their models, by their own rules: environment variables first, then their usual folders.</summary>
/// <param name="environment">The variables of the environment.</param>
public sealed class SearchFolders(Func<string, string?> environment)
{
    /// <summary>Of <c>ollama</c>: OLLAMA_MODELS, that of the user, and that of the system's service.</summary>
    internal IReadOnlyList<string> Ollama => Distinct(Variable("OLLAMA_MODELS"), Home(".ollama/models"), "/usr/share/ollama/.ollama/models");

    /// <summary>Of LM Studio: the folder that its settings name, the present one, and the one of versions before 0.3.</summary>
    internal IReadOnlyList<string> LmStudio
    {
        get
        {
            // Where it keeps everything: what its pointer names, and its usual folders.
            var pointed = Home(".lmstudio-home-pointer") is { } pointer && LmStudioSettings.Pointed(pointer) is { } path ? Expand(path) : null;
            string?[] homes = [pointed, Home(".lmstudio"), Home(".cache/lm-studio")];
            var named = homes.OfType<string>().Select(LmStudioSettings.ModelFolder).OfType<string>().Select(Expand);
            return Distinct([.. named, .. homes.Select(home => Under(home, "models"))]);
        }
    }

    /// <summary>Of <c>huggingface_hub</c>: HF_HUB_CACHE, or <c>hub</c> in HF_HOME, or in the user's cache folder.</summary>
    internal IReadOnlyList<string> HuggingFace
        => Distinct(Variable("HF_HUB_CACHE") ?? Variable("HUGGINGFACE_HUB_CACHE") ?? Under(Variable("HF_HOME"), "hub") ?? Under(Variable("XDG_CACHE_HOME"), "huggingface/hub") ?? Home(".cache/huggingface/hub"));

    string? Variable(string name) => environment(name) is { Length: > 0 } value ? Expand(value) : null;

    string? Home(string folder) => Under(environment("HOME"), folder);

    string Expand(string path) => path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? $"{environment("HOME")}{path[1..]}" : path;

    static string? Under(string? folder, string name) => string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, name);

    static IReadOnlyList<string> Distinct(params string?[] folders) => [.. folders.OfType<string>().Select(Path.GetFullPath).Distinct()];
}
