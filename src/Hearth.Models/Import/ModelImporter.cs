using Hearth.Models.Store;
using Hearth.Requests.Models;

namespace Hearth.Models.Import;

/// <summary>Puts found models onto the list: by reference, or as copies under their digests.</summary>
public sealed class ModelImporter(ModelStore store)
{
    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>Imports a model. One that was imported before is brought up to date; the user's defaults for it stay.</summary>
    /// <param name="found">The model; it has no <see cref="FoundModel.Problem"/>.</param>
    /// <param name="facts">What a worker read in it.</param>
    /// <param name="copy">True: its files are copied into the store.</param>
    /// <param name="progress">Hears how many bytes were read, of how many; nothing is read where the source keeps digests and nothing is copied.</param>
    /// <param name="cancellationToken">Ends the work; the list stays as it was.</param>
    /// <returns>The entry as it stands on the list.</returns>
    /// <exception cref="ModelStoreException">The name is taken, a file changed meanwhile or is not what its source says, or the list cannot be written.</exception>
    public async Task<ModelEntry> ImportAsync(FoundModel found, ModelFacts facts, bool copy, IProgress<LoadProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(found);
        var copies = new List<(string From, string To)>();
        try
        {
            var done = 0L;
            var files = new List<ModelPart>(found.Files.Count + found.Adapters.Count);
            foreach (var file in found.Files.Concat(found.Adapters))
            {
                var part = await RecordAsync(file, copy ? copies : null, count => progress?.Report(new(Math.Min(done += count, found.Bytes), found.Bytes)), cancellationToken);
                files.Add(part);
            }

            ModelEntry? entry = null;
            await store.UpdateAsync(models =>
            {
                entry = Merge(models, found, files, facts);
                foreach (var (from, to) in copies)
                    File.Move(from, to, overwrite: true);
                return ModelStore.Replace(models, entry);
            }, cancellationToken);
            return entry!;
        }
        finally
        {
            foreach (var (from, _) in copies)
                File.Delete(from);
        }
    }

    /// <summary>The entry of a model: an earlier one of the same origin brought up to date, or a new one under the first name that is free.</summary>
    ModelEntry Merge(IReadOnlyList<ModelEntry> models, FoundModel found, List<ModelPart> files, ModelFacts facts)
    {
        var earlier = models.FirstOrDefault(model => model.Source == found.Source && model.Origin == found.Origin && (Same(model.Name, found.Name) || Same(model.Name, found.LongName)))
            ?? models.FirstOrDefault(model => Same(model.Name, found.Name) && model.Source == found.Source && Moved(model, files));
        var name = earlier?.Name
            ?? Array.Find([found.Name, found.LongName], name => !store.IsBuiltIn(name) && !models.Any(model => Same(model.Name, name)))
            ?? throw new ModelStoreException($"The name {found.Name} is that of another model.", "a name that is free", "Choose one with --name NAME, or remove the other model first.");
        return new()
        {
            Name = name,
            Source = found.Source,
            Origin = found.Origin,
            Files = files[..found.Files.Count],
            Adapters = found.Adapters.Count > 0 ? files[found.Files.Count..] : null,
            Facts = facts,
            Licence = found.Licence,
            LicenceAccepted = earlier is not null && earlier.LicenceAccepted && earlier.Licence == found.Licence,
            Defaults = earlier?.Defaults ?? found.Defaults,
        };
    }

    /// <summary>The same bytes, and where they were there is nothing left.</summary>
    bool Moved(ModelEntry model, List<ModelPart> files)
        => model.AllFiles.Select(file => file.Sha256).SequenceEqual(files.Select(file => file.Sha256)) && model.AllFiles.All(file => FileState.Of(store.PathOf(file)) is null);

    async Task<ModelPart> RecordAsync(FoundFile file, List<(string From, string To)>? copies, Action<int> progress, CancellationToken cancellationToken)
    {
        var state = FileState.Of(file.Path);
        if (state?.Bytes != file.Bytes)
            throw Changed(file, $"has {state?.Bytes ?? 0} bytes; {file.Bytes} were found a moment ago");
        var digest = file.Sha256;
        if (digest is null || copies is not null)
        {
            var read = await ReadAsync(file, copies, progress, cancellationToken);
            if (digest is not null && digest != read)
                throw Changed(file, $"has the SHA-256 {read}, but {digest} according to its source");
            digest = read;
        }

        return copies is null
            ? new() { Path = file.Path, Bytes = file.Bytes, Modified = state.Value.Modified, Sha256 = digest }
            : new() { Bytes = file.Bytes, Modified = FileState.Of(copies[^1].From)!.Value.Modified, Sha256 = digest };
    }

    /// <summary>Reads a file once: for its digest and, where there is a list of copies, into the store beside its later place.</summary>
    async Task<string> ReadAsync(FoundFile file, List<(string From, string To)>? copies, Action<int> progress, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        if (copies is null)
            return await FileDigest.ComputeAsync(source, null, progress, cancellationToken);
        Directory.CreateDirectory(store.Blobs, OwnerFolder);
        var beside = Path.Combine(store.Blobs, $"{Guid.NewGuid():N}.part");
        copies.Add((beside, beside));
        await using var target = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0, UnixCreateMode = OwnerFile });
        var digest = await FileDigest.ComputeAsync(source, target, progress, cancellationToken);
        target.Flush(flushToDisk: true);
        copies[^1] = (beside, Path.Combine(store.Blobs, $"sha256-{digest}"));
        return digest;
    }

    static ModelStoreException Changed(FoundFile file, string found)
        => new($"The file {file.Path} {found}.", "a file that nobody writes to, as its source recorded it", "Wait until it is downloaded, or download it again; then import it again.");

    static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
