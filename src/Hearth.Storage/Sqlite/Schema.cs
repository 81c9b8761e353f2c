using Microsoft.Data.Sqlite;

namespace Hearth.Storage.Sqlite;

/// <summary>Which migrations a file has had: SQLite's <c>user_version</c> counts them, its <c>application_id</c> says that the file is ours.</summary>
static class Schema
{
    /// <summary>"HRTH"; MigrationTests freezes it.</summary>
    internal const long ApplicationId = 0x48525448;

    /// <summary>How many migrations a file has had. Refuses a file that is not ours, or newer.</summary>
    internal static int Check(SqliteConnection connection, string path, int newest)
    {
        // What is asked belongs together: in between, another process may make of an empty file one of ours.
        using var transaction = connection.BeginTransaction(deferred: true);
        return CheckInside(connection, path, newest);
    }

    /// <summary>Applies the migrations that the file has not had, each wholly or not at all.</summary>
    internal static void Migrate(SqliteConnection connection, string path, IReadOnlyList<string> migrations)
    {
        while (Check(connection, path, migrations.Count) < migrations.Count)
        {
            // Locked from its beginning, and looked at again under the lock: another process may have been first.
            using var transaction = connection.BeginTransaction(deferred: false);
            var version = CheckInside(connection, path, migrations.Count);
            if (version == migrations.Count)
                return;
            connection.Execute(migrations[version]);
            connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version + 1}");
            transaction.Commit();
        }
    }

    static int CheckInside(SqliteConnection connection, string path, int newest)
    {
        var id = (long)connection.Scalar("PRAGMA application_id")!;
        var version = (long)connection.Scalar("PRAGMA user_version")!;
        var isNew = id == 0 && version == 0 && (long)connection.Scalar("SELECT count(*) FROM sqlite_schema")! == 0;
        if (id != ApplicationId && !isNew)
            throw new StorageException($"{path} is a database of another program.", "the file as Hearth made it", "Move it away, or set XDG_DATA_HOME to another folder; nothing was changed.");
        if (version > newest || version < 0)
            throw new StorageException($"{path} has version {version}: a newer Hearth made it.", $"version {newest} or older", "Use the newer Hearth, or a copy of the file from before; nothing was changed.");
        return (int)version;
    }
}
