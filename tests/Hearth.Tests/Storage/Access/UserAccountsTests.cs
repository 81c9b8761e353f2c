using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Tests.Storage.Support;

namespace Hearth.Tests.Storage.Access;

public sealed class UserAccountsTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly StorageFolder _storage = new();
    readonly Database _database;

    public UserAccountsTests() => _database = _storage.Open();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _storage.Dispose();
    }

    [Fact]
    public async Task Users_are_made_listed_changed_and_removed()
    {
        var alice = await _database.Users.AddAsync("alice", new(), Token);
        await _database.Users.AddAsync("Bob", new(5, 0, 1), Token);
        Assert.Equal(new(alice.Id, "alice", new(1, null, null), false, _storage.Clock.GetUtcNow()), alice);
        Assert.Equal(["alice", "Bob"], (await _database.Users.ListAsync(Token)).Select(user => user.Name));
        var changed = await _database.Users.ChangeAsync("ALICE", user => user with { Limits = new(2, 10, null), IsDisabled = true }, Token);
        Assert.Equal(alice with { Limits = new(2, 10, null), IsDisabled = true }, changed);
        Assert.Equal(changed, await _database.Users.FindAsync("alice", Token));
        Assert.Equal(changed, await _database.Users.RemoveAsync("alice", Token));
        Assert.Equal(["Bob"], (await _database.Users.ListAsync(Token)).Select(user => user.Name));
        Assert.Contains("one of Bob", (await Assert.ThrowsAsync<StorageException>(() => _database.Users.FindAsync("alice", Token))).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_a_removed_user_is_not_given_again()
    {
        var first = await _database.Users.AddAsync("alice", new(), Token);
        await _database.Users.RemoveAsync("alice", Token);
        Assert.True((await _database.Users.AddAsync("alice", new(), Token)).Id > first.Id);
    }

    [Fact]
    public async Task A_removed_user_takes_keys_and_usage_along()
    {
        var (text, _) = await StorageFolder.AddKeyAsync(_database, "alice", new(KeyScopes.Chat) { Models = ["m"] });
        var user = await _database.Users.FindAsync("alice", Token);
        _database.Usage.Add(user.Id, 5);
        await _database.Usage.FlushAsync(Token);
        await _database.Users.RemoveAsync("alice", Token);
        Assert.Equal(KeyState.Unknown, (await _database.Keys.AuthenticateAsync(text, Token)).State);
        Assert.Empty(await _database.Keys.ListAsync(null, Token));
        Assert.Equal(0, await _database.Usage.TodayAsync(user.Id, Token));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_said_also_in_other_letters()
    {
        await _database.Users.AddAsync("alice", new(), Token);
        Assert.Contains("There is a user alice already", (await Assert.ThrowsAsync<StorageException>(() => _database.Users.AddAsync("Alice", new(), Token))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("a\u001b[31m")]
    [InlineData("Ä")]
    [InlineData("hearth_0123456789_x")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task What_cannot_be_a_name_is_refused(string name)
        => Assert.Contains("cannot be the name", (await Assert.ThrowsAsync<StorageException>(() => _database.Users.AddAsync(name, new(), Token))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(101, null, null)]
    [InlineData(1, -1L, null)]
    [InlineData(1, null, -1)]
    public async Task Limits_out_of_range_are_refused(int weight, long? tokens, int? requests)
    {
        await Assert.ThrowsAsync<StorageException>(() => _database.Users.AddAsync("alice", new(weight, tokens, requests), Token));
        await _database.Users.AddAsync("alice", new(), Token);
        await Assert.ThrowsAsync<StorageException>(() => _database.Users.ChangeAsync("alice", user => user with { Limits = new(weight, tokens, requests) }, Token));
    }
}
