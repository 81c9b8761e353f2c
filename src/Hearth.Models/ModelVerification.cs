using System.Globalization;
using Hearth.Models.Store;
using Hearth.Requests.Models;

namespace Hearth.Models;

/// <summary>What became of a model's files.</summary>
public enum ModelVerdict
{
    /// <summary>Every byte is as it was recorded.</summary>
    Verified,

    /// <summary>All files are there with their lengths, but one was written to since; its content was not looked at.</summary>
    Touched,

    /// <summary>A file is not there any more.</summary>
    Missing,

    /// <summary>A file has another length.</summary>
    Resized,

    /// <summary>A file has another content.</summary>
    Changed,

    /// <summary>No digest is recorded, so there is nothing to compare with.</summary>
    Unrecorded,
}

/// <summary>A verdict with the file that it is about.</summary>
/// <param name="Verdict">What became of the files.</param>
/// <param name="File">The file; null where it is about all.</param>
/// <param name="Explanation">For people, what was found.</param>
/// <param name="Remedy">For people, what to do; empty where there is nothing to do.</param>
public sealed record ModelState(ModelVerdict Verdict, string? File, string Explanation, string Remedy);

/// <summary>Compares files with what was recorded of them.</summary>
public static class ModelVerification
{
    /// <summary>What to do, by source; {0} is the name, {1} what the source calls it.</summary>
    static readonly Dictionary<ModelSource, string> WayBack = new()
    {
        [ModelSource.BuiltIn] = "Take the checkout or package of Hearth again.",
        [ModelSource.File] = "Put the file back, or import it from where it lies now: hearth models import FILE --name {0}. Or take it off the list: hearth models remove {0}.",
        [ModelSource.Ollama] = "Fetch it again (ollama pull {1}), then: hearth models import --from ollama {1}. Or take it off the list: hearth models remove {0}.",
        [ModelSource.LmStudio] = "Download it again in LM Studio, then: hearth models import --from lm-studio. Or take it off the list: hearth models remove {0}.",
        [ModelSource.HuggingFace] = "Download it again into the Hugging Face cache, then: hearth models import --from hugging-face. Or take it off the list: hearth models remove {0}.",
    };

    /// <summary>Looks at lengths and times only, which takes no time. <see cref="ModelVerdict.Verified"/> means that they are as recorded.</summary>
    public static ModelState Glance(ModelStore store, ModelEntry model)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(model);
        var touched = (string?)null;
        foreach (var file in model.AllFiles)
        {
            var path = store.PathOf(file);
            if (FileState.Of(path) is not { } now)
                return State(model, ModelVerdict.Missing, path, $"A file of {model.Name} is not there any more, or may not be read: {path}");
            if (now.Bytes != file.Bytes)
                return State(model, ModelVerdict.Resized, path, $"A file of {model.Name} was changed: {path} has {now.Bytes} bytes and had {file.Bytes} when it was imported");
            if (now.Modified != file.Modified)
                touched ??= path;
        }

        return touched is null
            ? new(ModelVerdict.Verified, null, $"The files of {model.Name} have the lengths and times that were recorded", "")
            : new(ModelVerdict.Touched, touched, $"A file of {model.Name} was written to since it was imported: {touched}", $"hearth models verify {model.Name} compares its content.");
    }

    /// <summary>Reads all files and compares their SHA-256 with the recorded one.</summary>
    /// <param name="store">The store.</param>
    /// <param name="model">The model.</param>
    /// <param name="progress">Hears how many bytes were read, of how many.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<ModelState> VerifyAsync(ModelStore store, ModelEntry model, IProgress<LoadProgress>? progress, CancellationToken cancellationToken = default)
    {
        var glance = Glance(store, model);
        if (glance.Verdict is ModelVerdict.Missing or ModelVerdict.Resized)
            return glance;
        var done = 0L;
        var read = new Dictionary<string, FileState?>();
        foreach (var file in model.AllFiles)
        {
            var path = store.PathOf(file);
            if (file.Sha256 is null)
                return State(model, ModelVerdict.Unrecorded, path, $"No SHA-256 is recorded for {path}");
            string found;
            try
            {
                // From before the first byte: a file that is written to meanwhile is asked about again.
                read[path] = FileState.Of(path);
                await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
                found = await FileDigest.ComputeAsync(stream, null, count => progress?.Report(new(Math.Min(done += count, model.Bytes), model.Bytes)), cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return State(model, ModelVerdict.Missing, path, $"A file of {model.Name} cannot be read: {e.Message}");
            }

            if (found != file.Sha256)
                return State(model, ModelVerdict.Changed, path, $"A file of {model.Name} has another content: {path} has the SHA-256 {found}, recorded is {file.Sha256}");
        }

        await RememberTimesAsync(store, model, read, cancellationToken);
        return new(ModelVerdict.Verified, null, $"Every byte of {model.Name} is as it was recorded", "");
    }

    /// <summary>Files that were touched but not changed are not asked about again.</summary>
    static async Task RememberTimesAsync(ModelStore store, ModelEntry model, Dictionary<string, FileState?> read, CancellationToken cancellationToken)
    {
        ModelPart Now(ModelPart file) => read[store.PathOf(file)] is { } then && then.Bytes == file.Bytes ? file with { Modified = then.Modified } : file;

        ModelEntry AllNow(ModelEntry current) => current with { Files = [.. current.Files.Select(Now)], Adapters = current.Adapters?.Select(Now).ToList() };

        if (model.Source != ModelSource.BuiltIn && model.AllFiles.Any(file => Now(file) != file))
            await store.ChangeAsync(model.Name, current => current.AllFiles.SequenceEqual(model.AllFiles) ? AllNow(current) : current, cancellationToken);
    }

    static ModelState State(ModelEntry model, ModelVerdict verdict, string path, string found)
        => new(verdict, path, found, string.Format(CultureInfo.InvariantCulture, WayBack[model.Source], model.Name, model.Origin));
}
