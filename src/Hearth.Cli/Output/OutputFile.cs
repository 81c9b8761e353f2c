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
        if (Directory.Exists(path))
            throw new CliException(ExitCode.RequestFailed, $"{path} is a folder.", "the name of a file.", "Name a file in it.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new CliException(ExitCode.RequestFailed, $"The folder {folder} is not there.", "a folder that exists.", "Make it first, or choose another one.");
        _path = path;
        try
        {
            if (OpenSpecial(path) is { } special)
            {
                Stream = special;
                return;
            }

            _beside = $"{path}.{Environment.ProcessId}.part";
            Stream = new(_beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The message of the system would name the file beside.
            throw new CliException(ExitCode.RequestFailed, $"The file {path} cannot be written.", "a place where you may write.", "Check the permissions of the folder and the space on the disk.", e);
        }
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

    /// <summary>Opens what is neither a regular file nor absent: /dev/stdout, a named pipe. Shared memory holds regular files.</summary>
    static FileStream? OpenSpecial(string path)
    {
        if (!File.Exists(path))
            return null;
        var existing = new FileStream(path, FileMode.Open, FileAccess.Write);
        var full = Path.GetFullPath(path);
        if (!existing.CanSeek || (full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal)))
            return existing;
        existing.Dispose();
        return null;
    }
}
