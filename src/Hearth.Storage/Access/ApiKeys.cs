using System.Buffers.Binary;
using System.Security.Cryptography;
using Hearth.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hearth.Storage.Access;

/// <summary>The keys of all users. Of each, only a digest is kept: its text is shown once, when it is made.</summary>
public sealed class ApiKeys
{
    const int MaxLabelLength = 64;
    const KeyScopes AllScopes = KeyScopes.Chat | KeyScopes.Read | KeyScopes.Admin | KeyScopes.Metrics;
    const string ModelsOfKey = "(SELECT group_concat(model, char(10)) FROM (SELECT model FROM key_models WHERE key = keys.id ORDER BY model))";
    const string Columns = $"SELECT keys.id, users.name, label, scopes, {ModelsOfKey}, expires, keys.created, revoked, last_used_day FROM keys JOIN users ON users.id = user";

    const string Candidates = $"""
        SELECT digest, keys.id, scopes, {ModelsOfKey}, expires, revoked, last_used_day, users.id, users.name, tenant_secret, weight, tokens_per_day, requests_per_minute, disabled
        FROM keys JOIN users ON users.id = user WHERE slot = $slot
        """;

    readonly Database _database;
    readonly TimeProvider _clock;

    internal ApiKeys(Database database, TimeProvider clock) => (_database, _clock) = (database, clock);

    /// <summary>Makes a key.</summary>
    /// <returns>The key, and its text, which cannot be had again.</returns>
    /// <exception cref="StorageException">There is no such user, or a key like this would be good for nothing.</exception>
    public async Task<(ApiKey Key, SecretText Text)> AddAsync(string user, KeyGrant grant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(grant);
        var now = _clock.GetUtcNow();
        Check(grant, now);
        var text = KeyText.Create(SystemRandom.Bytes);
        var (id, digest) = (KeyText.IdOf(text), KeyText.Digest(text));
        var key = await _database.WriteAsync(
            connection =>
            {
                connection.Execute(
                    "INSERT INTO keys (id, user, label, slot, digest, scopes, created, expires) VALUES ($id, $user, $label, $slot, $digest, $scopes, $now, $expires)",
                    ("$id", id), ("$user", UserAccounts.Find(connection, user).Id), ("$label", grant.Label), ("$slot", SlotOf(digest)), ("$digest", digest), ("$scopes", (int)grant.Scopes),
                    ("$now", now.ToUnixTimeSeconds()), ("$expires", grant.Expires?.ToUnixTimeSeconds()));
                foreach (var model in (grant.Models ?? []).Distinct(StringComparer.OrdinalIgnoreCase))
                    connection.Execute("INSERT INTO key_models (key, model) VALUES ($id, $model)", ("$id", id), ("$model", model));
                return Find(connection, id)!;
            }, cancellationToken);
        return (key, new(text));
    }

    /// <summary>All keys, or those of a user, the oldest first; the revoked and expired ones too.</summary>
    /// <exception cref="StorageException">There is no such user.</exception>
    public Task<IReadOnlyList<ApiKey>> ListAsync(string? user = null, CancellationToken cancellationToken = default) => _database.ReadAsync<IReadOnlyList<ApiKey>>(
        connection =>
        {
            var id = user is null ? null : (long?)UserAccounts.Find(connection, user).Id;
            return connection.Query($"{Columns} WHERE $user IS NULL OR user = $user ORDER BY users.name, keys.created, keys.rowid", Read, ("$user", id));
        }, cancellationToken);

    /// <summary>Revokes a key: from now on it is not accepted, in any process.</summary>
    /// <param name="idOrKey">Its id, or its text.</param>
    /// <param name="cancellationToken">Cancels the wait for other writers.</param>
    /// <exception cref="StorageException">There is no such key.</exception>
    public Task<ApiKey> RevokeAsync(string idOrKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(idOrKey);
        var id = KeyText.Judge(idOrKey) is KeyForm.Sound ? KeyText.IdOf(idOrKey) : idOrKey;
        return _database.WriteAsync(
            connection =>
            {
                connection.Execute("UPDATE keys SET revoked = coalesce(revoked, $now) WHERE id = $id", ("$now", _clock.GetUtcNow().ToUnixTimeSeconds()), ("$id", id));
                return Find(connection, id)
                    ?? throw new StorageException($"There is no key '{KeyText.Shown(idOrKey)}'.", "the id of a key, such as 7k3m9x2q4w", "'hearth keys list' shows the ids.");
            }, cancellationToken);
    }

    /// <summary>Who a key belongs to, and what it may. The one way in: every handler asks here, and every rule looks at the principal.</summary>
    /// <remarks>
    /// An unknown key and a wrong secret are the same thing here: a digest that nobody has. It is looked up by its first 64 bits and compared as a whole in constant time; what the
    /// search could tell by its duration is of those bits, from which no key can be made. Every call looks into the file, so that a key that another process revoked is refused at once.
    /// </remarks>
    /// <param name="key">The text that was sent; null where there was none.</param>
    /// <param name="cancellationToken">Cancels the wait for other readers.</param>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public async Task<Authentication> AuthenticateAsync(string? key, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(key))
            return new(KeyState.Missing, null);
        if (KeyText.Judge(key) is not KeyForm.Sound and var form)
            return new(form is KeyForm.Mistyped ? KeyState.Mistyped : KeyState.Other, null);
        var digest = KeyText.Digest(key);
        var candidates = await _database.ReadAsync(connection => connection.Query(Candidates, ReadCandidate, ("$slot", SlotOf(digest))), cancellationToken);
        var found = candidates.Find(one => CryptographicOperations.FixedTimeEquals(one.Digest, digest));
        if (found is null)
            return new(KeyState.Unknown, null);
        var state = StateOf(found);
        if (state is not KeyState.Accepted)
            return new(state, null);
        if (found.LastUsedDay != TokenUsage.DayOf(_clock))
            _database.Usage.KeyUsed(found.Principal.KeyId);
        return new(state, found.Principal);
    }

    /// <summary>Whether a text has the form of a key.</summary>
    public static bool IsKey(string? text) => text is not null && KeyText.Judge(text) is KeyForm.Sound;

    KeyState StateOf(Candidate key)
        => key.IsRevoked ? KeyState.Revoked : key.Expires <= _clock.GetUtcNow() ? KeyState.Expired : key.IsDisabled ? KeyState.Disabled : KeyState.Accepted;

    static void Check(KeyGrant grant, DateTimeOffset now)
    {
        if (grant.Scopes is KeyScopes.None || (grant.Scopes & ~AllScopes) != 0)
            throw new StorageException("A key without a scope is good for nothing.", "chat, read, admin, metrics, or several of them", "Name a scope.");
        if (grant.Expires <= now)
            throw new StorageException("The time of this key would be over at once.", "a time to come", "Choose a later one.");
        if (grant.Models is { Count: 0 })
            throw new StorageException("A key for no model is good for nothing.", "at least one model, or all", "Name a model.");
        if (grant.Label.Length > MaxLabelLength || grant.Label.Any(char.IsControl))
            throw new StorageException("The label of the key is too long, or has a control character.", $"at most {MaxLabelLength} characters", "Shorten it.");
        if (grant.Label.Contains(KeyText.Prefix, StringComparison.OrdinalIgnoreCase) || (grant.Models ?? []).Any(model => model.Any(char.IsControl)))
            throw new StorageException("The label of the key holds a key, or the name of a model a control character.", "words", "Choose other ones.");
    }

    static ApiKey? Find(SqliteConnection connection, string id) => connection.Query($"{Columns} WHERE keys.id = $id", Read, ("$id", id)) is [var key] ? key : null;

    static ApiKey Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), new(ScopesOf(row, 3)) { Label = row.GetString(2), Models = ModelsOf(row, 4), Expires = row.TimeOrNone(5) },
        DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(6)), row.TimeOrNone(7), row.NumberOrNone(8) is { } day ? DateOnly.FromDayNumber((int)day) : null);

    static Candidate ReadCandidate(SqliteDataReader row)
    {
        var limits = new UserLimits((int)row.GetInt64(10), row.NumberOrNone(11), (int?)row.NumberOrNone(12));
        return new(
            row.GetFieldValue<byte[]>(0), row.TimeOrNone(4), IsRevoked: !row.IsDBNull(5), IsDisabled: row.GetInt64(13) != 0, row.NumberOrNone(6),
            new(row.GetInt64(7), row.GetString(8), row.GetString(1), new(row.GetFieldValue<byte[]>(9)), ScopesOf(row, 2), ModelsOf(row, 3), limits));
    }

    static KeyScopes ScopesOf(SqliteDataReader row, int column) => (KeyScopes)row.GetInt64(column) & AllScopes;

    static string[]? ModelsOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column).Split('\n');

    static long SlotOf(byte[] digest) => BinaryPrimitives.ReadInt64LittleEndian(digest);

    /// <summary>A key whose digest begins as the one that is looked for.</summary>
    sealed record Candidate(byte[] Digest, DateTimeOffset? Expires, bool IsRevoked, bool IsDisabled, long? LastUsedDay, Principal Principal);
}
