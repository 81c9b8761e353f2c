using Hearth.Storage;
using Hearth.Storage.Sqlite;
using Hearth.Tests.Storage.Support;

namespace Hearth.Tests.Storage.Access;

/// <summary>Counted in memory, written together, lost by nothing but a crash.</summary>
public sealed class TokenUsageTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly StorageFolder _storage = new();
    readonly Database _database;

    public TokenUsageTests() => _database = _storage.Open();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _storage.Dispose();
    }

    [Fact]
    public async Task What_is_counted_is_seen_at_once_and_written_together_after_a_while()
    {
        var user = await _database.Users.AddAsync("alice", new(), Token);
        for (var i = 0; i < 1000; i++)
            _database.Usage.Add(user.Id, 3);
        Assert.Equal(3000, await _database.Usage.TodayAsync(user.Id, Token));
        Assert.Equal(0, await WrittenAsync(user.Id));
        _storage.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(3000, await _database.Usage.TodayAsync(user.Id, Token));
        Assert.Equal(3000, await WrittenAsync(user.Id));
        _database.Usage.Add(user.Id, 1);
        _storage.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(3001, await _database.Usage.TodayAsync(user.Id, Token));
        Assert.Equal(3001, await WrittenAsync(user.Id));
    }

    [Fact]
    public async Task A_new_day_begins_at_nothing_and_a_month_is_kept()
    {
        var user = await _database.Users.AddAsync("alice", new(), Token);
        for (var day = 0; day < 40; day++)
        {
            Assert.Equal(0, await _database.Usage.TodayAsync(user.Id, Token));
            _database.Usage.Add(user.Id, 7);
            await _database.Usage.FlushAsync(Token);
            _storage.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(31L, await _database.ReadAsync(connection => connection.Scalar("SELECT count(*) FROM usage"), Token));
    }

    [Fact]
    public async Task Closing_writes_the_rest()
    {
        var user = await _database.Users.AddAsync("alice", new(), Token);
        await using (var other = _storage.Open())
            other.Usage.Add(user.Id, 11);
        Assert.Equal(11, await _database.Usage.TodayAsync(user.Id, Token));
    }

    [Fact]
    public async Task Counts_of_many_threads_and_two_databases_add_up()
    {
        var user = await _database.Users.AddAsync("alice", new(), Token);
        await using (var other = _storage.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                async () =>
                {
                    var usage = i % 2 == 0 ? _database.Usage : other.Usage;
                    for (var n = 0; n < 200; n++)
                    {
                        usage.Add(user.Id, 1);
                        if (n % 50 == 0)
                            await usage.FlushAsync(Token);
                    }
                },
                Token)));
        }

        Assert.Equal(1600, await _database.Usage.TodayAsync(user.Id, Token));
    }

    [Fact]
    public async Task A_user_that_was_removed_meanwhile_does_not_hold_up_the_others()
    {
        var (alice, bob) = (await _database.Users.AddAsync("alice", new(), Token), await _database.Users.AddAsync("bob", new(), Token));
        _database.Usage.Add(alice.Id, 1);
        _database.Usage.Add(bob.Id, 2);
        await _database.Users.RemoveAsync("alice", Token);
        await _database.Usage.FlushAsync(Token);
        Assert.Equal(2, await WrittenAsync(bob.Id));
    }

    [Fact]
    public async Task What_cannot_be_written_is_kept_for_the_next_time()
    {
        var user = await _database.Users.AddAsync("alice", new(), Token);
        await _database.WriteAsync(connection => connection.Execute("CREATE TRIGGER full BEFORE INSERT ON usage BEGIN SELECT RAISE(ABORT, 'no'); END"), Token);
        _database.Usage.Add(user.Id, 4);
        await Assert.ThrowsAsync<StorageException>(() => _database.Usage.FlushAsync(Token));
        _storage.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(4, await _database.Usage.TodayAsync(user.Id, Token));
        Assert.NotNull(_database.Usage.LastFailure);
        await _database.WriteAsync(connection => connection.Execute("DROP TRIGGER full"), Token);
        _storage.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(4, await _database.Usage.TodayAsync(user.Id, Token));
        Assert.Equal(4, await WrittenAsync(user.Id));
        Assert.Null(_database.Usage.LastFailure);
    }

    async Task<long> WrittenAsync(long user)
        => (long?)await _database.ReadAsync(connection => connection.Scalar("SELECT sum(tokens) FROM usage WHERE user = $user", ("$user", user)), Token) ?? 0;
}
