using Microsoft.Data.Sqlite;

namespace Hearth.Storage.Sqlite;

/// <summary>SQLite's failures in words. Its own messages name tables and columns, never values.</summary>
static class SqliteFailures
{
    // https://sqlite.org/rescode.html
    const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    internal static StorageException Of(SqliteException failure, string path)
    {
        var (found, expected, remedy) = failure.SqliteErrorCode switch
        {
            Busy or Locked => ("is held by another process for too long", "a change that waits a few seconds at most", "See which process of Hearth hangs; nothing was changed."),
            Full => ("cannot grow: the disk is full", "", "Make room; nothing was changed."),
            ReadOnly or CannotOpen => ("cannot be opened for writing", "a file and a folder that this user may write", "Check owner and permissions."),
            NotADatabase => ("is not a database", "the file as Hearth made it", "Move it away, or put a copy of it back; nothing was changed."),
            Corrupt => ("is damaged", "the file as Hearth wrote it", "Put a copy of it back, or move it away and make users and keys again."),
            InputOutput => ("cannot be read or written: it is no ordinary file, or the disk fails", "an ordinary file", "Look at what is there, and at the disk."),
            var code => ($"was refused by SQLite (result code {code}: {failure.Message})", "", "Please report it; nothing was changed."),
        };
        return new($"{path} {found}.", expected, remedy, failure);
    }
}
