using Hearth.Models.Store;

namespace Hearth.Models;

/// <summary>The models of this machine: those that ship, those that other programs have, used in place, and copies of ours under their digests.</summary>
/// <remarks>Safe for several processes at the same time. No model file is parsed here, and none is deleted that Hearth did not copy.</remarks>
/// <param name="folder">Where the list and the copies lie; made when it is first needed.</param>
/// <param name="builtIn">The models that ship.</param>
public sealed class ModelStore(string folder, IReadOnlyList<ModelEntry> builtIn)
{
    const string NoModelRemedy = "'hearth models list' shows the models, 'hearth models import' what other programs have; a file is named by its path.";

    readonly CatalogueFile _catalogue = new(folder);

    /// <summary>Where the list and the copies lie.</summary>
    public string Folder => folder;

    internal string Blobs => Path.Combine(folder, "blobs");

    /// <summary>All models by name. Of a built-in one the user's defaults are in the list on disk, the rest comes from where it ships.</summary>
    /// <exception cref="ModelStoreException">The list on disk cannot be read.</exception>
    public IReadOnlyList<ModelEntry> List() => Join(_catalogue.Read());

    /// <summary>The model of a name, of its tag <c>latest</c>, or of a beginning that only one has.</summary>
    /// <exception cref="ModelStoreException">There is none, or several begin so.</exception>
    public ModelEntry Find(string name) => NameSearch.Find(List(), model => model.Name, name, NoModelRemedy);

    /// <summary>Where a file of a model lies.</summary>
    public string PathOf(ModelPart file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Path ?? Path.Combine(Blobs, $"sha256-{file.Sha256}");
    }

    /// <summary>Changes what the user may change: defaults, and that the licence was accepted.</summary>
    /// <exception cref="ModelStoreException">There is no such model, or the list cannot be written.</exception>
    public async Task<ModelEntry> ChangeAsync(string name, Func<ModelEntry, ModelEntry> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        ModelEntry? changed = null;
        await _catalogue.UpdateAsync(models =>
        {
            var model = NameSearch.Find(Join(models), m => m.Name, name, NoModelRemedy);
            changed = change(model);
            return Replace(models, changed.Source == ModelSource.BuiltIn ? changed with { Files = [], Facts = null, Licence = null } : changed);
        }, cancellationToken);
        return changed!;
    }

    /// <summary>
    /// Takes a model off the list, then deletes copies of ours that no model on it uses, also those that a crash of an earlier removal or import left. Files of other programs stay.
    /// </summary>
    /// <returns>The model, and the copies that were deleted.</returns>
    /// <exception cref="ModelStoreException">There is no such model, it is built in, or the list cannot be written.</exception>
    public async Task<(ModelEntry Model, IReadOnlyList<string> Deleted)> RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        ModelEntry? removed = null;
        var deleted = new List<string>();
        await _catalogue.UpdateAsync(models =>
        {
            removed = NameSearch.Find(Join(models), m => m.Name, name, NoModelRemedy);
            if (removed.Source == ModelSource.BuiltIn)
                throw new ModelStoreException($"{removed.Name} is built in: it ships with Hearth.", "a model that was imported", "Leave it; it takes part in nothing unless it is named.");
            return models.Where(model => model.Name != removed.Name).ToList();
        }, models =>
        {
            foreach (var copy in Unused(models))
            {
                Delete(copy);
                deleted.Add(copy);
            }
        }, cancellationToken);
        return (removed!, deleted);
    }

    /// <summary>Puts a model onto the list that shares the files of another.</summary>
    /// <param name="name">The other one.</param>
    /// <param name="copy">The new one: the other with a name of its own, and perhaps with other defaults.</param>
    /// <param name="cancellationToken">Cancels the wait for the list.</param>
    /// <exception cref="ModelStoreException">There is no such model, it is built in, the new name is taken, or the list cannot be written.</exception>
    public async Task CopyAsync(string name, ModelEntry copy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(copy);
        if (copy.Source == ModelSource.BuiltIn)
            throw new ModelStoreException("The model is built in: its files move with the next version of Hearth.", "a model that was imported", "Import a copy of its file: hearth models import FILE --copy --name NAME.");
        await _catalogue.UpdateAsync(models =>
        {
            // Its files could be gone with it.
            _ = NameSearch.Find(Join(models), m => m.Name, name, NoModelRemedy);
            if (Join(models).Any(model => string.Equals(model.Name, copy.Name, StringComparison.OrdinalIgnoreCase)))
                throw new ModelStoreException("The name is that of another model.", "a name that is free", "Choose one, or remove the other model first.");
            return [.. models, copy];
        }, cancellationToken);
    }

    static void Delete(string copy)
    {
        try
        {
            File.Delete(copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelStoreException($"The model is off the list, but its copy {copy} cannot be deleted: {e.Message}", "a folder that this user may write", "Check its permissions; the next 'hearth models remove' deletes it, or you do.", e);
        }
    }

    /// <summary>Copies that no model uses, in the order of their names. What an import is still writing has another name.</summary>
    string[] Unused(IReadOnlyList<ModelEntry> models)
    {
        var used = models.SelectMany(model => model.AllFiles).Select(PathOf).ToHashSet();
        return Directory.Exists(Blobs) ? [.. Directory.GetFiles(Blobs, "sha256-*").Where(path => !used.Contains(path)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Changes the list itself, for an import.</summary>
    internal Task UpdateAsync(Func<IReadOnlyList<ModelEntry>, IReadOnlyList<ModelEntry>> change, CancellationToken cancellationToken)
        => _catalogue.UpdateAsync(change, cancellationToken);

    /// <summary>Whether a name is that of a built-in model.</summary>
    internal bool IsBuiltIn(string name) => builtIn.Any(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase));

    internal static IReadOnlyList<ModelEntry> Replace(IReadOnlyList<ModelEntry> models, ModelEntry changed)
        => [.. models.Where(model => !string.Equals(model.Name, changed.Name, StringComparison.OrdinalIgnoreCase)), changed];

    List<ModelEntry> Join(IReadOnlyList<ModelEntry> models)
    {
        ModelEntry WithDefaults(ModelEntry shipped)
            => models.FirstOrDefault(m => m.Source == ModelSource.BuiltIn && m.Name == shipped.Name) is { } own
                ? shipped with { Defaults = own.Defaults, LicenceAccepted = own.LicenceAccepted }
                : shipped;

        // A built-in model hides an imported one of the same name, which cannot come from here.
        return [.. builtIn.Select(WithDefaults).Concat(models.Where(m => m.Source != ModelSource.BuiltIn && !IsBuiltIn(m.Name))).OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase)];
    }
}
