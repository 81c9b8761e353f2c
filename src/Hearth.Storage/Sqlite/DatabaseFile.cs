namespace Hearth.Storage.Sqlite;

/// <summary>The place of the file: made so that only its owner can read it, refused where it is something else.</summary>
/// <remarks>
/// Nothing is opened here: on Linux a process that closes any descriptor of a file loses all its locks on it, those of SQLite too. What is no ordinary file and cannot be
/// told without opening it (a pipe) is refused by SQLite, which does not wait for it.
/// </remarks>
static class DatabaseFile
{
    internal const string Name = "hearth.db";

    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>The file itself, and what SQLite keeps beside it, with the file's own mode.</summary>
    static readonly string[] Names = [Name, $"{Name}-wal", $"{Name}-shm", $"{Name}-journal"];

    static readonly Lock Making = new();

    /// <summary>The path of the file, which is there then; empty where it is new.</summary>
    internal static string Prepare(string folder)
    {
        var path = Path.GetFullPath(Path.Combine(folder, Name));
        try
        {
            Directory.CreateDirectory(folder, OwnerFolder);
            RefuseOthers(new DirectoryInfo(folder), OwnerFolder, "700");
            foreach (var name in Names)
                RefuseStrange(new(Path.Combine(folder, name)));
            Make(path);
            RefuseOthers(new FileInfo(path), OwnerFile, "600");
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{path} cannot be made or looked at: {e.Message}", "a folder that this user may write", "Check its permissions and the space on the disk.", e);
        }
    }

    static void Make(string path)
    {
        // Of two that make it, one finds it made. Threads of one process take turns, so that none closes a file on which another has locks.
        lock (Making)
        {
            if (File.Exists(path))
                return;
            try
            {
                using var made = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile });
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }
    }

    static void RefuseStrange(FileInfo file)
    {
        if (file.LinkTarget is not null)
            throw new StorageException($"{file.FullName} is a link.", "an ordinary file", "Remove the link; to keep the data elsewhere, link the whole folder.");
        if (Directory.Exists(file.FullName))
            throw new StorageException($"{file.FullName} is a folder.", "an ordinary file", "Move it away.");
    }

    static void RefuseOthers(FileSystemInfo entry, UnixFileMode most, string digits)
    {
        if ((entry.UnixFileMode & ~most) != 0)
            throw new StorageException(
                $"{entry.FullName} may be used by others of this machine (mode {Convert.ToString((int)entry.UnixFileMode, 8)}).", $"mode {digits}: its owner only",
                $"chmod {digits} '{entry.FullName}'; if others may have read it, revoke all keys and make new ones.");
    }
}
