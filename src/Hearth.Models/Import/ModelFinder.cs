using Hearth.Models.Store;
using Hearth.Requests.Models;

namespace Hearth.Models.Import;

/// <summary>What was found of a source, where it was looked for, and what could not be read.</summary>
public sealed record Findings(IReadOnlyList<FoundModel> Models, IReadOnlyList<string> Folders, IReadOnlyList<string> Complaints);

/// <summary>Finds the models that other programs have on this machine, by the layouts of their folders. Nothing is written, no model file is opened.</summary>
public static class ModelFinder
{
    /// <summary>Reads one folder of a source.</summary>
    delegate IEnumerable<FoundModel> Library(string folder, FolderWalk walk);

    static readonly (ModelSource Source, Func<SearchFolders, IReadOnlyList<string>> Folders, Library Read)[] Sources =
    [
        (ModelSource.Ollama, folders => folders.Ollama, OllamaLibrary.Read),
        (ModelSource.LmStudio, folders => folders.LmStudio, LmStudioFolder.Read),
        (ModelSource.HuggingFace, folders => folders.HuggingFace, HuggingFaceCache.Read),
    ];

    /// <summary>The sources that can be looked through.</summary>
    public static IReadOnlyList<ModelSource> All { get; } = [.. Sources.Select(source => source.Source)];

    /// <summary>Looks through the folders of a source; where two hold a model of the same name, the first one counts.</summary>
    public static Findings Find(ModelSource source, SearchFolders folders)
    {
        var (_, foldersOf, read) = Sources.Single(row => row.Source == source);
        var complaints = new List<string>();
        var walk = new FolderWalk(complaints);
        var paths = foldersOf(folders);
        var models = paths.SelectMany(path => read(path, walk)).DistinctBy(model => model.Origin).ToList();
        return new(models, paths, complaints);
    }

    /// <summary>The model that has this name, or this longer name, or that the source calls so; null where none does.</summary>
    public static FoundModel? Named(IReadOnlyList<FoundModel> models, string typed)
    {
        return models.FirstOrDefault(model => Is(model.Name)) ?? models.FirstOrDefault(model => Is(model.LongName) || Is(model.Origin));

        bool Is(string name) => string.Equals(name, typed, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The model that a user means: one that is named so, the name with the tag <c>latest</c>, or a beginning that only one has.</summary>
    /// <exception cref="ModelStoreException">There is none, or several begin so.</exception>
    public static FoundModel Choose(IReadOnlyList<FoundModel> models, string typed)
        => Named(models, typed) ?? NameSearch.Find(models, model => model.Name, typed, "'hearth models import' shows what was found, and where it was looked for.");

    /// <summary>A file that the user names, with all parts of a split model.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="name">The name that it shall get; null takes that of the file.</param>
    public static FoundModel FromFile(string path, string? name)
    {
        var first = SplitFiles.Of(Path.GetFullPath(path))[0];
        return GgufFiles.Describe(first, ModelSource.File, first, name ?? GgufFiles.NameOf(first), null);
    }
}
