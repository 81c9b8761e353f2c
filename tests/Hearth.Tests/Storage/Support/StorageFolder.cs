#pragma warning disable CA1416 // Hearth keeps its files on Linux.
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hearth.Tests.Storage.Support;

/// <summary>A folder with a database in it, which goes away with the test, and a clock of the test.</summary>
sealed class StorageFolder : IDisposable
{
    readonly TemporaryFolder _folder = new();

    internal ManualClock Clock { get; } = new();

    internal string Path => System.IO.Path.Combine(_folder.Path, "storage");

    internal string File => System.IO.Path.Combine(Path, "hearth.db");

    internal Database Open() => Database.Open(Path, Clock);

    /// <summary>A user with a key, the key's text, and what is known of it.</summary>
    internal static async Task<(string Text, ApiKey Key)> AddKeyAsync(Database database, string user, KeyGrant? grant = null)
    {
        if ((await database.Users.ListAsync()).All(one => one.Name != user))
            await database.Users.AddAsync(user, new());
        var (key, text) = await database.Keys.AddAsync(user, grant ?? new(KeyScopes.Chat));
        return (text.Reveal(), key);
    }

    /// <summary>A connection of the test's own, without any of our settings.</summary>
    internal SqliteConnection Raw(string? path = null)
    {
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var connection = new SqliteConnection($"Data Source={path ?? File};Pooling=False");
        connection.Open();
        System.IO.File.SetUnixFileMode(path ?? File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return connection;
    }

    /// <summary>Whether any file of the folder holds these bytes.</summary>
    internal bool Holds(ReadOnlySpan<byte> bytes)
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            // Not opened in this process: closing it would end SQLite's locks.
            if (Bytes(file).AsSpan().IndexOf(bytes) >= 0)
                return true;
        }

        return false;
    }

    public void Dispose() => _folder.Dispose();

    static byte[] Bytes(string file)
    {
        using var cat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat", [file]) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        cat.StandardOutput.BaseStream.CopyTo(bytes);
        cat.WaitForExit();
        return bytes.ToArray();
    }
}
