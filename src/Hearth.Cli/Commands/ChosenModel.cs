using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Models;
using Hearth.Requests.Models;

namespace Hearth.Cli.Commands;

/// <summary>The model of a call.</summary>
/// <param name="Name">Its name on the list; for a file that is not on it, the name of the file.</param>
/// <param name="Paths">Its file, or all parts of a split one in order.</param>
/// <param name="Entry">What the list has of it; null for a file that is not on it.</param>
sealed record ChosenModel(string Name, IReadOnlyList<string> Paths, ModelEntry? Entry)
{
    /// <summary>Its adapters, which are used together.</summary>
    internal IReadOnlyList<AdapterChoice> Adapters { get; init; } = [];

    /// <summary>For people: where it lies, with its name before it where it has one, and its adapters behind it.</summary>
    internal string Title => $"{(Entry is null ? Paths[0] : $"{Name} ({Paths[0]})")}{WithAdapters}";

    /// <summary>For people: what stands behind its name where it has adapters.</summary>
    internal string WithAdapters => Adapters.Count == 0 ? "" : $" with {string.Join(", ", Adapters)}";

    /// <summary>The model that a text names: a path where there is such a file, else a name of the list; the one that ships where there is no text.</summary>
    /// <exception cref="CliException">There is no such file.</exception>
    /// <exception cref="ModelStoreException">There is no such model, or its files are not what was imported.</exception>
    internal static ChosenModel Find(Invocation call, string? text)
    {
        if (text is null)
            return Shipped(call);
        var path = call.Folders.Resolve(text);
        if (File.Exists(path))
            return new(Path.GetFileNameWithoutExtension(path), SplitFiles.Of(path), null);
        ModelEntry entry;
        try
        {
            entry = call.Models.Find(text);
        }
        catch (ModelStoreException) when (Directory.Exists(path))
        {
            throw new CliException(ExitCode.Model, $"{path} is a folder.", "a GGUF file, or a name of 'hearth models list'.", "Name the file in it.");
        }
        catch (ModelStoreException) when (LooksLikePath(text))
        {
            throw new CliException(
                ExitCode.Model, $"There is no file {path}.", "a GGUF file, or a name of 'hearth models list'.", "Check the path; without --model the model that ships with Hearth is taken.");
        }

        return Of(call, entry);
    }

    // No name of a model begins so, and one that ends so is meant as a file.
    static bool LooksLikePath(string text) => text is ['/' or '.' or '~', ..] || text.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);

    /// <summary>A model of the list, unless its files are gone or have other lengths.</summary>
    internal static ChosenModel Of(Invocation call, ModelEntry entry)
    {
        var state = ModelVerification.Glance(call.Models, entry);
        if (state.Verdict is ModelVerdict.Missing or ModelVerdict.Resized)
            throw new ModelStoreException($"{state.Explanation}.", "the file as it was imported", state.Remedy);
        if (state.Verdict is ModelVerdict.Touched && entry.Source != ModelSource.BuiltIn)
            call.Note($"{state.Explanation}. {state.Remedy}");
        return new(entry.Name, [.. entry.Files.Select(call.Models.PathOf)], entry) { Adapters = [.. (entry.Adapters ?? []).Select(file => new AdapterChoice(call.Models.PathOf(file)))] };
    }

    static ChosenModel Shipped(Invocation call)
    {
        var path = call.Folders.FindShippedModel();
        var entry = call.Models.List().FirstOrDefault(model => model.Source == ModelSource.BuiltIn && model.Files[0].Path == Path.GetFullPath(path));
        return entry is null ? new(Path.GetFileNameWithoutExtension(path), SplitFiles.Of(path), null) : Of(call, entry);
    }
}
