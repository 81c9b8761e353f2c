namespace Hearth.Cli.Output;

/// <summary>A file that appears whole or not at all: written beside its place and moved there by <see cref="Commit"/>.</summary>
sealed class OutputFile : IAsyncDisposable
{
    readonly string _path;
    readonly string? _beside;

    /// <summary>Opens it for writing.</summary>
    /// <param name="path">Its place. A device or a pipe is written directly.</param>
    /// <param name="mode">Permissions; null takes the system's usual ones.</param>
    internal OutputFile(string path, UnixFileMode? mode = null)
    {
        _path = path;
        _beside = IsSpecial(path) ? null : $"{path}.{Environment.ProcessId}.part";
        Stream = new(_beside ?? path, new FileStreamOptions
        {
            Mode = _beside is null ? FileMode.Open : FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = _beside is null ? null : mode,
        });
    }

    internal FileStream Stream { get; }

    /// <summary>Puts the file into its place, over an older one.</summary>
    internal void Commit()
    {
        Stream.Flush(flushToDisk: _beside is not null);
        if (_beside is not null)
            File.Move(_beside, _path, overwrite: true);
    }

    /// <summary>Closes it; without <see cref="Commit"/> nothing is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (_beside is not null)
            File.Delete(_beside);
    }

    // /dev/stdout, a named pipe: neither a regular file nor absent.
    static bool IsSpecial(string path) => File.Exists(path) && path.StartsWith("/dev/", StringComparison.Ordinal);
}
