using Hearth.Cli.Output;

namespace Hearth.Cli.Publishing;

/// <summary>A folder that runs where no SDK is. It appears whole or not at all: made beside its place and moved there by <see cref="Commit"/>.</summary>
/// <remarks>
/// <c>hearth</c> is a link to <c>bin/hearth</c>; the folder <c>bin</c> holds the programs and the runtime that they share, and nothing else, because the worker may
/// read all of it. <c>models</c> holds the model, <c>licences</c> those of the runtime.
/// </remarks>
sealed class PublishedFolder : IDisposable
{
    /// <summary>The model that is taken where none is named: a link, present where it is not the one that ships.</summary>
    internal const string DefaultModel = "models/default.gguf";

    readonly string _place;
    readonly string _beside;

    /// <summary>Begins one.</summary>
    /// <param name="place">Its place, where nothing is yet, or an empty folder.</param>
    internal PublishedFolder(string place)
    {
        _place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
        if (File.Exists(_place) || (Directory.Exists(_place) && Directory.EnumerateFileSystemEntries(_place).Any()))
            throw new CliException(ExitCode.RequestFailed, $"{_place} is there and not empty.", "a new folder, or an empty one.", "Remove it first, or choose another place.");
        _beside = $"{_place}.{Environment.ProcessId}.part";
        Directory.CreateDirectory(_beside);
    }

    /// <summary>Where the programs go.</summary>
    internal string Programs => At("bin");

    /// <summary>Root of the folder while it is made.</summary>
    internal string Root => _beside;

    /// <summary>Puts what the compiler left into its place.</summary>
    internal void ArrangePrograms()
    {
        File.CreateSymbolicLink(At("hearth"), "bin/hearth");
        // The runtime's licences come out of its package, beside its files.
        Directory.Move(Path.Combine(Programs, "licences"), At("licences"));
    }

    /// <summary>Copies the model that ships, with its licence.</summary>
    internal void CopyShippedModel(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(At("models"));
        Files.Copy(folder, At($"models/{Path.GetFileName(folder)}"));
    }

    /// <summary>Copies another model, all its parts, and makes it the one that is taken where none is named.</summary>
    internal void CopyModel(IReadOnlyList<string> parts)
    {
        var name = Path.GetFileNameWithoutExtension(parts[0]);
        Directory.CreateDirectory(At($"models/{name}"));
        foreach (var part in parts)
            File.Copy(part, At($"models/{name}/{Path.GetFileName(part)}"));
        File.CreateSymbolicLink(At(DefaultModel), $"{name}/{Path.GetFileName(parts[0])}");
    }

    /// <summary>Puts the folder into its place.</summary>
    internal string Commit()
    {
        if (Directory.Exists(_place))
            Directory.Delete(_place);
        Directory.Move(_beside, _place);
        return _place;
    }

    /// <summary>Without <see cref="Commit"/> nothing is left behind.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_beside))
            Directory.Delete(_beside, recursive: true);
    }

    string At(string path) => Path.Combine(_beside, path);
}
