#pragma warning disable CA1416 // Hearth keeps its files on Linux.
using System.Diagnostics;
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Storage.Sqlite;
using Hearth.Tests.Storage.Support;

namespace Hearth.Tests.Storage;

/// <summary>The file: whose it is, what is refused, and what several at once do to it.</summary>
public sealed class DatabaseTests : IDisposable
{
    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly StorageFolder _storage = new();

    public void Dispose() => _storage.Dispose();

    [Fact]
    public async Task Folder_and_files_belong_to_their_owner_alone()
    {
        await using var database = _storage.Open();
        await database.Users.AddAsync("alice", new(), Token);
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, new DirectoryInfo(_storage.Path).UnixFileMode);
        var files = Directory.GetFiles(_storage.Path);
        Assert.Equal(["hearth.db", "hearth.db-shm", "hearth.db-wal"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(OwnerFile, new FileInfo(file).UnixFileMode));
    }

    [Fact]
    public async Task Every_connection_has_the_settings_that_we_rely_on()
    {
        await using var database = _storage.Open();
        foreach (var (name, expected) in ((string, object)[])[("journal_mode", "wal"), ("synchronous", 2L), ("foreign_keys", 1L), ("secure_delete", 1L), ("trusted_schema", 0L), ("temp_store", 2L)])
        {
            Assert.Equal(expected, await database.ReadAsync(connection => connection.Scalar($"PRAGMA {name}"), Token));
            Assert.Equal(expected, await database.WriteAsync(connection => connection.Scalar($"PRAGMA {name}"), Token));
        }

        await Assert.ThrowsAsync<StorageException>(() => database.ReadAsync(connection => connection.Execute("DELETE FROM users"), Token));
    }

    [Fact]
    public async Task What_was_written_is_there_when_it_is_opened_again()
    {
        await using (var database = _storage.Open())
            await database.Users.AddAsync("alice", new(2, 1000, 60), Token);
        Assert.Equal(["hearth.db"], Directory.GetFiles(_storage.Path).Select(Path.GetFileName));
        await using var again = _storage.Open();
        Assert.Equal(new(2, 1000, 60), (await again.Users.FindAsync("ALICE", Token)).Limits);
    }

    [Theory]
    [InlineData("This is a text, and long enough to be taken for the head of a file, which it is not.", "is not a database")]
    [InlineData("SQLite format 3\0", "is not a database")]
    public void What_is_no_database_is_refused_and_stays_as_it_is(string content, string found)
    {
        Write(content);
        Assert.Contains($"{_storage.File} {found}", Refused().Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_storage.File));
    }

    [Theory]
    [InlineData("CREATE TABLE other (x)", "is a database of another program")]
    [InlineData("PRAGMA user_version = 1", "is a database of another program")]
    [InlineData("PRAGMA application_id = 1", "is a database of another program")]
    [InlineData("PRAGMA application_id = 1213355080; PRAGMA user_version = 99", "has version 99: a newer Hearth made it")]
    [InlineData("PRAGMA application_id = 1213355080; PRAGMA user_version = -1", "has version -1")]
    public void A_database_of_others_or_of_later_is_refused_and_stays_as_it_is(string sql, string found)
    {
        using (var other = _storage.Raw())
            other.Execute(sql);
        var before = File.ReadAllBytes(_storage.File);
        Assert.Contains(found, Refused().Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_storage.File));
    }

    [Fact]
    public async Task An_empty_file_that_a_crash_left_behind_is_filled()
    {
        Write("");
        await using var database = _storage.Open();
        Assert.Empty(await database.Users.ListAsync(Token));
    }

    [Theory]
    [InlineData("hearth.db")]
    [InlineData("hearth.db-wal")]
    [InlineData("hearth.db-journal")]
    public void A_link_is_refused_and_not_followed(string name)
    {
        var victim = Path.Combine(_storage.Path, "victim");
        Write("");
        File.Move(_storage.File, victim);
        File.CreateSymbolicLink(Path.Combine(_storage.Path, name), victim);
        Assert.Contains($"{name} is a link", Refused().Message, StringComparison.Ordinal);
        Assert.Empty(File.ReadAllBytes(victim));
    }

    [Fact]
    public void A_pipe_is_refused_and_not_waited_for()
    {
        Write("");
        File.Delete(_storage.File);
        using (var made = Process.Start("mkfifo", ["-m", "600", _storage.File]))
            made.WaitForExit();
        Assert.Contains("no ordinary file", Refused().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_refused()
    {
        Write("");
        File.Delete(_storage.File);
        Directory.CreateDirectory(_storage.File);
        Assert.Contains("is a folder", Refused().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, UnixFileMode.GroupRead, "chmod 600")]
    [InlineData(false, UnixFileMode.OtherWrite, "chmod 600")]
    [InlineData(true, UnixFileMode.GroupExecute, "chmod 700")]
    [InlineData(true, UnixFileMode.OtherRead, "chmod 700")]
    public void What_others_may_use_is_refused_and_the_way_out_told(bool folder, UnixFileMode more, string remedy)
    {
        Write("");
        FileSystemInfo entry = folder ? new DirectoryInfo(_storage.Path) : new FileInfo(_storage.File);
        entry.UnixFileMode |= more;
        Assert.Contains(remedy, Refused().Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_said_and_no_value_of_it_is_shown()
    {
        string key;
        await using (var database = _storage.Open())
            (key, _) = await StorageFolder.AddKeyAsync(database, "alice");
        var bytes = File.ReadAllBytes(_storage.File);
        bytes.AsSpan(4096).Fill(0x5a);
        File.WriteAllBytes(_storage.File, bytes);
        await using var damaged = _storage.Open();
        var failure = await Assert.ThrowsAsync<StorageException>(() => damaged.Keys.AuthenticateAsync(key, Token));
        Assert.Equal($"{_storage.File} is damaged.", failure.Message);
        Assert.DoesNotContain(key[..20], failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_linked_from_elsewhere_is_fine()
    {
        await using (var database = _storage.Open())
            await database.Users.AddAsync("alice", new(), Token);
        var link = $"{_storage.Path}-link";
        Directory.CreateSymbolicLink(link, _storage.Path);
        await using var linked = Database.Open(link, _storage.Clock);
        Assert.Single(await linked.Users.ListAsync(Token));
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        await using var first = _storage.Open();
        await using var second = _storage.Open();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? first : second).Users.AddAsync($"u{i}", new(), Token), Token)));
        Assert.Equal(40, (await first.Users.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task Many_that_open_a_new_file_at_once_find_one_file()
    {
        for (var round = 0; round < 30; round++)
        {
            var folder = $"{_storage.Path}-{round}";
            using var together = new Barrier(6);
            var databases = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait(Token);
                    return Database.Open(folder, _storage.Clock);
                },
                Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            await databases[0].Users.AddAsync("alice", new(), Token);
            foreach (var database in databases)
            {
                Assert.Single(await database.Users.ListAsync(Token));
                await database.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_change_that_fails_changes_nothing()
    {
        await using var database = _storage.Open();
        await Assert.ThrowsAsync<ArithmeticException>(() => database.WriteAsync<int>(
            connection =>
            {
                connection.Execute("INSERT INTO users (name, tenant_secret, weight, created) VALUES ('x', zeroblob(32), 1, 0)");
                throw new ArithmeticException();
            }, Token));
        Assert.Empty(await database.Users.ListAsync(Token));
    }

    [Fact]
    public async Task The_text_of_a_key_is_in_no_file()
    {
        await using var database = _storage.Open();
        var (text, key) = await StorageFolder.AddKeyAsync(database, "alice", new(KeyScopes.Chat) { Label = "a canary that sings" });
        Assert.Equal(KeyState.Accepted, (await database.Keys.AuthenticateAsync(text, Token)).State);
        await database.Usage.FlushAsync(Token);
        // What is kept is found, so what is not found is not kept.
        Assert.True(_storage.Holds("a canary that sings"u8));
        Assert.True(_storage.Holds(KeyText.Digest(text)));
        Assert.True(_storage.Holds(System.Text.Encoding.ASCII.GetBytes(key.Id)));
        Assert.All((string[])[text, text[18..], text[18..34]], part =>
        {
            Assert.False(_storage.Holds(System.Text.Encoding.ASCII.GetBytes(part)));
            Assert.False(_storage.Holds(System.Text.Encoding.Unicode.GetBytes(part)));
        });
    }

    [Fact]
    public async Task The_secret_of_a_removed_user_is_in_no_file()
    {
        await using var database = _storage.Open();
        var (text, _) = await StorageFolder.AddKeyAsync(database, "alice");
        var secret = (await database.Keys.AuthenticateAsync(text, Token)).Principal!.Tenant.Bytes.ToArray();
        Assert.True(_storage.Holds(secret));
        await database.Users.RemoveAsync("alice", Token);
        Assert.False(_storage.Holds(secret));
        Assert.False(_storage.Holds(KeyText.Digest(text)));
    }

    void Write(string content)
    {
        Directory.CreateDirectory(_storage.Path, OwnerFile | UnixFileMode.UserExecute);
        File.WriteAllText(_storage.File, content);
        File.SetUnixFileMode(_storage.File, OwnerFile);
    }

    StorageException Refused() => Assert.Throws<StorageException>(_storage.Open);
}
