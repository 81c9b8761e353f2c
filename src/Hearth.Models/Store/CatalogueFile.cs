using System.Text.Json;

namespace Hearth.Models.Store;

/// <summary>The list of models on disk: read as a whole, changed under a lock that other processes honour, replaced in one step.</summary>
/// <remarks>
/// A change is written beside the file, flushed to the disk and then moved over it: a crash leaves the old list or the new one. A file that cannot be
/// read is never written over. Folder and files belong to their owner alone (0700, 0600).
/// </remarks>
sealed class CatalogueFile(string folder)
{
    internal const string Format = "hearth-models";
    internal const int Version = 1;

    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    const long MaxBytes = 64 << 20;
    const int LockAttempts = 400;

    static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(25);

    readonly string _path = Path.Combine(folder, "catalogue.json");

    /// <summary>The models; none where there is no file yet.</summary>
    /// <exception cref="ModelStoreException">The file cannot be read, or is not a catalogue.</exception>
    internal IReadOnlyList<ModelEntry> Read()
    {
        CatalogueDocument document;
        try
        {
            if (!File.Exists(_path))
                return [];
            // A pipe or a device has no length, and opening one could wait for ever.
            if (FileState.Of(_path) is { Bytes: 0 })
                throw Broken("is empty, or no ordinary file", null);
            using var stream = File.OpenRead(_path);
            if (stream.Length > MaxBytes)
                throw Broken($"has {stream.Length} bytes; {MaxBytes} are the most", null);
            document = JsonSerializer.Deserialize(stream, CatalogueJson.Default.CatalogueDocument) ?? throw Broken("holds nothing", null);
        }
        catch (JsonException e)
        {
            throw Broken($"is not as it was written (line {e.LineNumber + 1})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken($"cannot be read: {e.Message}", e);
        }

        return CatalogueRules.FirstBroken(document) is { } rule ? throw Broken(rule, null) : document.Models;
    }

    /// <summary>Reads, changes and writes while no other process can.</summary>
    internal Task UpdateAsync(Func<IReadOnlyList<ModelEntry>, IReadOnlyList<ModelEntry>> change, CancellationToken cancellationToken) => UpdateAsync(change, _ => { }, cancellationToken);

    /// <summary>Reads, changes and writes while no other process can.</summary>
    /// <param name="change">From the models that are there to those that shall be; may be slow, others wait.</param>
    /// <param name="afterwards">What follows from the change, once it is on the disk: a crash before it leaves a list that holds.</param>
    /// <param name="cancellationToken">Cancels the wait for the lock.</param>
    internal async Task UpdateAsync(
        Func<IReadOnlyList<ModelEntry>, IReadOnlyList<ModelEntry>> change, Action<IReadOnlyList<ModelEntry>> afterwards, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder, OwnerFolder);
            await using var held = await LockAsync(cancellationToken);
            var models = Read();
            var changed = change(models);
            if (!ReferenceEquals(models, changed))
                Write(changed);
            afterwards(changed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelStoreException($"The list of models in {folder} cannot be changed: {e.Message}", "a folder that this user may write", "Check its permissions and the space on the disk; nothing was changed.", e);
        }
    }

    void Write(IReadOnlyList<ModelEntry> models)
    {
        var document = new CatalogueDocument(Format, Version, [.. models.OrderBy(model => model.Name, StringComparer.OrdinalIgnoreCase)]);
        if (CatalogueRules.FirstBroken(document) is { } rule)
            throw new InvalidOperationException($"A catalogue that {rule} was about to be written.");
        var beside = $"{_path}.part";
        // One that a crash left behind could have another mode.
        File.Delete(beside);
        using (var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile }))
        {
            JsonSerializer.Serialize(stream, document, CatalogueJson.Default.CatalogueDocument);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, _path, overwrite: true);
    }

    /// <summary>An exclusive lock on a file beside the catalogue; the system gives it back when its holder dies.</summary>
    async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "lock");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerFile });
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                await Task.Delay(LockPause, cancellationToken);
            }
        }
    }

    ModelStoreException Broken(string found, Exception? inner) => new(
        $"The list of models {_path} {found}.", "the file as 'hearth models' wrote it",
        "Correct the file, or move it away and import the models again; no model file is lost. Nothing was changed.", inner);
}
