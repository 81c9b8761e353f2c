using Microsoft.Data.Sqlite;

namespace Hearth.Storage.Sqlite;

/// <summary>Opens the file: one connection that writes, others that only read.</summary>
static class Connections
{
    const int SecondsToWait = 10;

    /// <remarks>
    /// synchronous: a commit is on the disk when it returns, so that a revoked key stays revoked. secure_delete: what is deleted is overwritten. temp_store: nothing goes into
    /// temporary files. trusted_schema: no function runs because a hostile file says so.
    /// </remarks>
    const string Settings = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

    /// <summary>The connection that writes, to a file that has every migration.</summary>
    internal static SqliteConnection OpenWriter(string path, IReadOnlyList<string> migrations)
    {
        var connection = Open(path);
        try
        {
            // Before anything is changed: a file of another program stays as it is.
            Schema.Check(connection, path, migrations.Count);
            if (connection.Scalar("PRAGMA journal_mode = WAL") is not "wal")
                throw new StorageException($"{path} lies where SQLite cannot share memory between processes, such as a network file system.", "a local disk", "Set XDG_DATA_HOME to a folder on a local disk.");
            Schema.Migrate(connection, path, migrations);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that cannot write.</summary>
    internal static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path);
        connection.Execute("PRAGMA query_only = ON");
        return connection;
    }

    static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            // A pool would keep the file open after the last one has closed it.
            Pooling = false,
            DefaultTimeout = SecondsToWait,
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute(Settings);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
