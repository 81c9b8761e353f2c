using System.Diagnostics;
using Hearth.Storage;
using Hearth.Storage.Sqlite;
using Hearth.Tests.Storage.Support;
using Hearth.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hearth.Tests.Storage.Sqlite;

/// <summary>From every earlier version to this one, in steps that happen wholly or not at all.</summary>
public sealed class MigrationTests : IDisposable
{
    /// <summary>A step that writes more than SQLite keeps in memory, calls the test, and goes on.</summary>
    const string LongStep = """
        PRAGMA cache_size = 4;
        CREATE TABLE large AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, randomblob(500) AS bytes FROM n;
        SELECT in_the_middle();
        CREATE TABLE later (x INTEGER) STRICT;
        """;

    readonly StorageFolder _storage = new();

    public static TheoryData<int> EarlierVersions => [.. Enumerable.Range(0, Migrations.All.Count)];

    public void Dispose() => _storage.Dispose();

    [Fact]
    public void The_steps_are_frozen()
        => Golden.Matches(string.Join("\n-- next\n", Migrations.All), "migrations.sql");

    [Fact]
    public void The_file_says_whose_it_is_and_how_far_it_is()
    {
        using var connection = Open(Migrations.All);
        Assert.Equal(1213355080L, connection.Scalar("PRAGMA application_id"));
        Assert.Equal((long)Migrations.All.Count, connection.Scalar("PRAGMA user_version"));
    }

    [Theory, MemberData(nameof(EarlierVersions))]
    public void A_file_of_every_earlier_version_becomes_as_a_new_one(int version)
    {
        using (var old = _storage.Raw())
        {
            foreach (var step in Migrations.All.Take(version))
                old.Execute(step);
            if (version > 0)
                old.Execute($"PRAGMA application_id = 1213355080; PRAGMA user_version = {version}");
        }

        using var brought = Open(Migrations.All);
        using var fresh = new SqliteConnection("Data Source=:memory:");
        fresh.Open();
        foreach (var step in Migrations.All)
            fresh.Execute(step);
        Assert.Equal(Tables(fresh), Tables(brought));
    }

    [Fact]
    public void A_later_step_is_applied_to_the_data_that_is_there_and_only_once()
    {
        using (var first = Open([.. Migrations.All]))
            first.Execute("INSERT INTO users (name, tenant_secret, weight, created) VALUES ('alice', zeroblob(32), 1, 0)");
        string[] more = [.. Migrations.All, "ALTER TABLE users ADD COLUMN note TEXT NOT NULL DEFAULT 'none'", "UPDATE users SET note = note || '!'"];
        for (var i = 0; i < 2; i++)
        {
            using var second = Open(more);
            Assert.Equal("none!", second.Scalar("SELECT note FROM users WHERE name = 'alice'"));
        }

        Assert.Contains("a newer Hearth made it", Assert.Throws<StorageException>(() => Open(Migrations.All)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_fails_leaves_the_version_before()
    {
        using (Open(Migrations.All))
        {
        }

        Assert.Throws<SqliteException>(() => Open([.. Migrations.All, "CREATE TABLE half (x INTEGER) STRICT; SELECT 1; INSERT INTO nowhere VALUES (1)"]));
        using var connection = Open(Migrations.All);
        Assert.Null(connection.Scalar("SELECT name FROM sqlite_schema WHERE name = 'half'"));
    }

    [Fact]
    public void A_crash_in_the_middle_of_a_step_leaves_the_version_before()
    {
        var crashed = Path.Combine(_storage.Path, "crashed.db");
        using (var connection = Open(Migrations.All))
        {
            // What is on the disk in the middle of the step is what a crash there would leave.
            connection.CreateFunction("in_the_middle", () => Copy(crashed));
            Schema.Migrate(connection, _storage.File, [.. Migrations.All, LongStep]);
            Assert.Equal("later", connection.Scalar("SELECT name FROM sqlite_schema WHERE name = 'later'"));
        }

        Assert.True(new FileInfo($"{crashed}-wal").Length > 500_000, "the step had written to the disk");
        using var after = Connections.OpenWriter(crashed, Migrations.All);
        Assert.Null(after.Scalar("SELECT name FROM sqlite_schema WHERE name = 'large'"));
        Assert.Equal("ok", after.Scalar("PRAGMA integrity_check"));
        after.CreateFunction("in_the_middle", () => 0);
        Schema.Migrate(after, crashed, [.. Migrations.All, LongStep]);
        Assert.Equal(2000L, after.Scalar("SELECT count(*) FROM large"));
    }

    [Fact]
    public async Task Many_that_migrate_at_once_apply_each_step_once()
    {
        string[] steps = [.. Migrations.All, "CREATE TABLE count (n INTEGER) STRICT; INSERT INTO count VALUES (0)", "UPDATE count SET n = n + 1"];
        DatabaseFile.Prepare(_storage.Path);
        var connections = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Connections.OpenWriter(_storage.File, steps), TestContext.Current.CancellationToken)));
        Assert.All(connections, connection => Assert.Equal(1L, connection.Scalar("SELECT n FROM count")));
        foreach (var connection in connections)
            connection.Dispose();
    }

    SqliteConnection Open(IReadOnlyList<string> steps) => Connections.OpenWriter(DatabaseFile.Prepare(_storage.Path), steps);

    /// <summary>By another process, since closing the file here would end SQLite's locks.</summary>
    int Copy(string to)
    {
        foreach (var end in (string[])["", "-wal"])
        {
            using var copy = Process.Start("cp", [_storage.File + end, to + end]);
            copy.WaitForExit();
        }

        return 0;
    }

    static List<string> Tables(SqliteConnection connection)
        => connection.Query("SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name", row => row.GetString(0));
}
