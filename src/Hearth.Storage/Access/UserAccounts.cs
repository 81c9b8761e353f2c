using Hearth.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hearth.Storage.Access;

/// <summary>The users of this machine's models.</summary>
public sealed class UserAccounts
{
    const string Columns = "SELECT id, name, weight, tokens_per_day, requests_per_minute, disabled, created FROM users";
    const int MostNamed = 5;

    readonly Database _database;
    readonly TimeProvider _clock;

    internal UserAccounts(Database database, TimeProvider clock) => (_database, _clock) = (database, clock);

    /// <summary>Makes a user, with a tenant secret of its own.</summary>
    /// <exception cref="StorageException">The name is taken, or cannot be one.</exception>
    public async Task<UserAccount> AddAsync(string name, UserLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(limits);
        if (!UserAccount.IsName(name))
            throw new StorageException($"'{KeyText.Shown(name)}' cannot be the name of a user.", UserAccount.NameRule, "Choose another name.");
        limits.Check();
        return await _database.WriteAsync(
            connection =>
            {
                if (Named(connection, name) is { } other)
                    throw new StorageException($"There is a user {other.Name} already.", "another name", "Choose one, or change that user: 'hearth users set'.");
                connection.Execute(
                    "INSERT INTO users (name, tenant_secret, weight, tokens_per_day, requests_per_minute, created) VALUES ($name, $secret, $weight, $tokens, $requests, $now)",
                    ("$name", name), ("$secret", SystemRandom.Bytes(TenantSecret.Length)), ("$weight", limits.Weight), ("$tokens", limits.TokensPerDay), ("$requests", limits.RequestsPerMinute),
                    ("$now", _clock.GetUtcNow().ToUnixTimeSeconds()));
                return Find(connection, name);
            }, cancellationToken);
    }

    /// <summary>All users by name.</summary>
    public Task<IReadOnlyList<UserAccount>> ListAsync(CancellationToken cancellationToken = default)
        => _database.ReadAsync<IReadOnlyList<UserAccount>>(connection => connection.Query($"{Columns} ORDER BY name", Read), cancellationToken);

    /// <summary>The user of a name.</summary>
    /// <exception cref="StorageException">There is none.</exception>
    public Task<UserAccount> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _database.ReadAsync(connection => Find(connection, name), cancellationToken);
    }

    /// <summary>Changes the limits of a user, or disables and enables it.</summary>
    /// <exception cref="StorageException">There is none, or the limits cannot be set.</exception>
    public Task<UserAccount> ChangeAsync(string name, Func<UserAccount, UserAccount> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(change);
        return _database.WriteAsync(
            connection =>
            {
                var user = Find(connection, name);
                var changed = change(user);
                changed.Limits.Check();
                connection.Execute(
                    "UPDATE users SET weight = $weight, tokens_per_day = $tokens, requests_per_minute = $requests, disabled = $disabled WHERE id = $id",
                    ("$weight", changed.Limits.Weight), ("$tokens", changed.Limits.TokensPerDay), ("$requests", changed.Limits.RequestsPerMinute), ("$disabled", changed.IsDisabled ? 1 : 0), ("$id", user.Id));
                return Find(connection, name);
            }, cancellationToken);
    }

    /// <summary>Removes a user with all keys, usage and the tenant secret, which are overwritten in the file.</summary>
    /// <exception cref="StorageException">There is none.</exception>
    public async Task<UserAccount> RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var removed = await _database.WriteAsync(
            connection =>
            {
                var user = Find(connection, name);
                connection.Execute("DELETE FROM users WHERE id = $id", ("$id", user.Id));
                return user;
            }, cancellationToken);
        await _database.EmptyLogAsync();
        return removed;
    }

    internal static UserAccount Find(SqliteConnection connection, string name) => Named(connection, name) ?? throw Missing(connection, name);

    static UserAccount? Named(SqliteConnection connection, string name) => connection.Query($"{Columns} WHERE name = $name", Read, ("$name", name)) is [var user] ? user : null;

    static UserAccount Read(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), new((int)row.GetInt64(2), row.NumberOrNone(3), (int?)row.NumberOrNone(4)), row.GetInt64(5) != 0, DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(6)));

    static StorageException Missing(SqliteConnection connection, string name)
    {
        var names = connection.Query($"SELECT name FROM users ORDER BY name LIMIT {MostNamed + 1}", row => row.GetString(0));
        var expected = names.Count == 0 ? "one of none: there are no users yet" : $"one of {string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? " and others" : "")}";
        return new($"There is no user '{KeyText.Shown(name)}'.", expected, "'hearth users list' shows them, 'hearth users add NAME' makes one.");
    }
}
