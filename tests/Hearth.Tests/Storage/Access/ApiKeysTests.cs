using System.Diagnostics;
using Hearth.Storage;
using Hearth.Storage.Access;
using Hearth.Storage.Sqlite;
using Hearth.Tests.Storage.Support;

namespace Hearth.Tests.Storage.Access;

/// <summary>Keys: what is accepted, what is refused and how that is said.</summary>
public sealed class ApiKeysTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly StorageFolder _storage = new();
    readonly Database _database;

    public ApiKeysTests() => _database = _storage.Open();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _storage.Dispose();
    }

    [Fact]
    public async Task A_key_says_who_asks_and_what_they_may()
    {
        var user = await _database.Users.AddAsync("alice", new(3, 5000, 30), Token);
        var (text, key) = await StorageFolder.AddKeyAsync(_database, "alice", new(KeyScopes.Chat | KeyScopes.Read) { Models = ["llama3.2:1b", "Qwen"], Label = "notebook" });
        var (state, principal) = await _database.Keys.AuthenticateAsync(text, Token);
        Assert.Equal(KeyState.Accepted, state);
        Assert.Equal((user.Id, "alice", key.Id, user.Limits), (principal!.UserId, principal.Name, principal.KeyId, principal.Limits));
        Assert.True(principal.Has(KeyScopes.Chat) && principal.Has(KeyScopes.Chat | KeyScopes.Read));
        Assert.False(principal.Has(KeyScopes.Admin) || principal.Has(KeyScopes.Admin | KeyScopes.Chat));
        Assert.True(principal.MayUse("LLAMA3.2:1b") && principal.MayUse("qwen"));
        Assert.False(principal.MayUse("llama3.2") || principal.MayUse("other"));
        Assert.Equal(32, principal.Tenant.Bytes.Length);
    }

    [Fact]
    public async Task Users_have_different_secrets_and_the_keys_of_one_have_the_same()
    {
        var secrets = new List<string>();
        foreach (var user in (string[])["alice", "alice", "bob"])
        {
            var (text, _) = await StorageFolder.AddKeyAsync(_database, user);
            secrets.Add(Convert.ToHexString((await _database.Keys.AuthenticateAsync(text, Token)).Principal!.Tenant.Bytes));
        }

        Assert.Equal(secrets[0], secrets[1]);
        Assert.NotEqual(secrets[0], secrets[2]);
        Assert.NotEqual(new string('0', 64), secrets[0]);
    }

    [Fact]
    public async Task A_key_without_models_may_use_all()
    {
        var (text, _) = await StorageFolder.AddKeyAsync(_database, "alice");
        var principal = (await _database.Keys.AuthenticateAsync(text, Token)).Principal!;
        Assert.Null(principal.Models);
        Assert.True(principal.MayUse("whatever"));
    }

    [Fact]
    public async Task Nothing_prints_a_secret()
    {
        var (text, key) = await StorageFolder.AddKeyAsync(_database, "alice");
        var answer = await _database.Keys.AuthenticateAsync(text, Token);
        var tenant = answer.Principal!.Tenant;
        var printed = string.Join(' ', answer, answer.Principal, tenant, key, answer.Message, new SecretText(text), System.Text.Json.JsonSerializer.Serialize(new SecretText(text)));
        Assert.Contains($"alice (key {key.Id})", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(text[18..30], printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(tenant.Bytes[..4]), printed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(tenant.Bytes[..9]), printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, KeyState.Missing, "there is none")]
    [InlineData("", KeyState.Missing, "there is none")]
    [InlineData("sk-abc", KeyState.Other, "begins with hearth_")]
    [InlineData("hearth_0123456789_abc", KeyState.Mistyped, "checksum")]
    public async Task What_is_no_key_is_told_apart(string? text, KeyState state, string message)
    {
        var answer = await _database.Keys.AuthenticateAsync(text, Token);
        Assert.Equal((state, (Principal?)null), (answer.State, answer.Principal));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.NotEmpty(answer.Remedy);
    }

    [Fact]
    public void Every_state_has_its_words()
        => Assert.All(Enum.GetValues<KeyState>(), state => Assert.NotEmpty(new Authentication(state, null).Message));

    [Fact]
    public async Task Only_whoever_has_the_whole_key_learns_that_it_was_revoked_has_expired_or_is_a_disabled_user_s()
    {
        var (revoked, key) = await StorageFolder.AddKeyAsync(_database, "alice");
        var (expired, _) = await StorageFolder.AddKeyAsync(_database, "alice", new(KeyScopes.Chat) { Expires = _storage.Clock.GetUtcNow().AddDays(1) });
        var (disabled, _) = await StorageFolder.AddKeyAsync(_database, "bob");
        await _database.Keys.RevokeAsync(key.Id, Token);
        await _database.Users.ChangeAsync("bob", user => user with { IsDisabled = true }, Token);
        _storage.Clock.Advance(TimeSpan.FromDays(1));
        foreach (var (text, state) in new[] { (revoked, KeyState.Revoked), (expired, KeyState.Expired), (disabled, KeyState.Disabled) })
        {
            Assert.Equal(new(state, null), await _database.Keys.AuthenticateAsync(text, Token));
            Assert.Equal(new(KeyState.Unknown, null), await _database.Keys.AuthenticateAsync(WithOtherSecret(text), Token));
        }

        await _database.Users.ChangeAsync("bob", user => user with { IsDisabled = false }, Token);
        Assert.Equal(KeyState.Accepted, (await _database.Keys.AuthenticateAsync(disabled, Token)).State);
        await _database.Users.RemoveAsync("bob", Token);
        Assert.Equal(KeyState.Unknown, (await _database.Keys.AuthenticateAsync(disabled, Token)).State);
    }

    [Fact]
    public async Task A_key_is_good_until_the_moment_of_its_expiry()
    {
        var (text, _) = await StorageFolder.AddKeyAsync(_database, "alice", new(KeyScopes.Chat) { Expires = _storage.Clock.GetUtcNow().AddHours(1) });
        _storage.Clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromTicks(1));
        Assert.Equal(KeyState.Accepted, (await _database.Keys.AuthenticateAsync(text, Token)).State);
        _storage.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(KeyState.Expired, (await _database.Keys.AuthenticateAsync(text, Token)).State);
    }

    [Fact]
    public async Task A_key_that_another_process_revokes_is_refused_at_once()
    {
        var (text, key) = await StorageFolder.AddKeyAsync(_database, "alice");
        Assert.Equal(KeyState.Accepted, (await _database.Keys.AuthenticateAsync(text, Token)).State);
        await using (var other = _storage.Open())
            await other.Keys.RevokeAsync(text, Token);
        Assert.Equal(KeyState.Revoked, (await _database.Keys.AuthenticateAsync(text, Token)).State);
        Assert.NotNull((await _database.Keys.ListAsync("alice", Token))[0].Revoked);
        Assert.Equal(key.Id, (await _database.Keys.ListAsync("alice", Token))[0].Id);
    }

    [Fact]
    public async Task The_whole_digest_is_compared_not_only_the_part_that_is_looked_up()
    {
        var (text, key) = await StorageFolder.AddKeyAsync(_database, "alice");
        var digest = KeyText.Digest(text);
        digest[31] ^= 1;
        await _database.WriteAsync(connection => connection.Execute("UPDATE keys SET digest = $digest WHERE id = $id", ("$digest", digest), ("$id", key.Id)), Token);
        Assert.Equal(KeyState.Unknown, (await _database.Keys.AuthenticateAsync(text, Token)).State);
    }

    [Fact]
    public async Task An_unknown_key_and_a_wrong_secret_take_the_same_time()
    {
        // Other programs disturb a round; a difference that is there is there in every round.
        const int Rounds = 20, Probes = 1000;
        var (text, _) = await StorageFolder.AddKeyAsync(_database, "alice");
        var ratios = new List<double>();
        for (var round = 0; round < Rounds && !ratios.Exists(ratio => ratio is > 0.93 and < 1.07); round++)
            ratios.Add(await RatioAsync(text, Probes));
        Assert.True(ratios[^1] is > 0.93 and < 1.07, $"wrong secret ÷ unknown key, medians: {string.Join(", ", ratios)}");
    }

    [Fact]
    public async Task The_last_use_is_kept_by_the_day_and_written_seldom()
    {
        var (text, key) = await StorageFolder.AddKeyAsync(_database, "alice");
        Assert.Null(key.LastUsed);
        await _database.Keys.AuthenticateAsync(text, Token);
        Assert.Null((await _database.Keys.ListAsync(null, Token))[0].LastUsed);
        await _database.Usage.FlushAsync(Token);
        Assert.Equal(new DateOnly(2026, 11, 30), (await _database.Keys.ListAsync(null, Token))[0].LastUsed);

        var writes = await ChangesAsync();
        for (var i = 0; i < 10; i++)
            await _database.Keys.AuthenticateAsync(text, Token);
        await _database.Usage.FlushAsync(Token);
        Assert.Equal(writes, await ChangesAsync());
        _storage.Clock.Advance(TimeSpan.FromDays(1));
        await _database.Keys.AuthenticateAsync(text, Token);
        await _database.Usage.FlushAsync(Token);
        Assert.Equal(new DateOnly(2026, 12, 1), (await _database.Keys.ListAsync(null, Token))[0].LastUsed);

        Task<long> ChangesAsync() => _database.WriteAsync(connection => (long)connection.Scalar("SELECT total_changes()")!, Token);
    }

    [Fact]
    public async Task A_key_that_would_be_good_for_nothing_is_not_made()
    {
        await _database.Users.AddAsync("alice", new(), Token);
        var now = _storage.Clock.GetUtcNow();
        foreach (var grant in (KeyGrant[])
            [
                new(KeyScopes.None), new((KeyScopes)16), new(KeyScopes.Chat) { Expires = now }, new(KeyScopes.Chat) { Models = [] }, new(KeyScopes.Chat) { Label = "a\nb" },
                new(KeyScopes.Chat) { Label = new('x', 65) }, new(KeyScopes.Chat) { Label = $"copy of {KeyText.Create(SystemRandom.Bytes)}" }, new(KeyScopes.Chat) { Models = ["a\nb"] },
            ])
        {
            await Assert.ThrowsAsync<StorageException>(() => _database.Keys.AddAsync("alice", grant, Token));
        }

        Assert.Empty(await _database.Keys.ListAsync(null, Token));
    }

    [Fact]
    public async Task Who_or_what_is_not_there_is_said_and_a_key_is_not_repeated()
    {
        var (text, _) = await StorageFolder.AddKeyAsync(_database, "alice");
        Assert.Contains("one of alice", (await Assert.ThrowsAsync<StorageException>(() => _database.Keys.AddAsync("bob", new(KeyScopes.Chat), Token))).Expected, StringComparison.Ordinal);
        Assert.Equal("There is no key 'zzz'.", (await Assert.ThrowsAsync<StorageException>(() => _database.Keys.RevokeAsync("zzz", Token))).Message);
        Assert.Equal("There is no key 'hearth_…'.", (await Assert.ThrowsAsync<StorageException>(() => _database.Keys.RevokeAsync(text[..^1], Token))).Message);
        Assert.Equal("There is no user 'hearth_…'.", (await Assert.ThrowsAsync<StorageException>(() => _database.Users.FindAsync(text, Token))).Message);
    }

    [Fact]
    public void Scopes_keep_their_numbers_on_disk()
        => Assert.Equal([(KeyScopes)0, (KeyScopes)1, (KeyScopes)2, (KeyScopes)4, (KeyScopes)8], [KeyScopes.None, KeyScopes.Chat, KeyScopes.Read, KeyScopes.Admin, KeyScopes.Metrics]);

    /// <summary>Medians of the time for a wrong secret and for an unknown key, one after the other in random order.</summary>
    async Task<double> RatioAsync(string text, int probes)
    {
        var keys = Enumerable.Range(0, probes).SelectMany(_ => new[] { (IsWrong: true, Key: WithOtherSecret(text)), (IsWrong: false, Key: KeyText.Create(SystemRandom.Bytes)) }).ToArray();
        Random.Shared.Shuffle(keys);
        var (wrong, unknown) = (new List<long>(), new List<long>());
        foreach (var (isWrong, key) in keys)
        {
            var start = Stopwatch.GetTimestamp();
            var (state, _) = await _database.Keys.AuthenticateAsync(key, Token);
            (isWrong ? wrong : unknown).Add(Stopwatch.GetTimestamp() - start);
            Assert.Equal(KeyState.Unknown, state);
        }

        return (double)wrong.Order().ElementAt(probes / 2) / unknown.Order().ElementAt(probes / 2);
    }

    /// <summary>The same id, another secret, and a checksum that fits.</summary>
    static string WithOtherSecret(string key)
    {
        var id = KeyText.IdOf(key).Select(digit => (byte)"0123456789abcdefghjkmnpqrstvwxyz".IndexOf(digit)).ToArray();
        var other = KeyText.Create(count => [.. id, .. SystemRandom.Bytes(count - id.Length)]);
        Assert.Equal((KeyText.IdOf(key), KeyForm.Sound), (KeyText.IdOf(other), KeyText.Judge(other)));
        return other;
    }
}
