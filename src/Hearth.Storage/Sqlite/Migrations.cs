namespace Hearth.Storage.Sqlite;

/// <summary>How the file came to be what it is, step by step. Append only: MigrationTests freezes the steps, since files out there have had them.</summary>
/// <remarks>Times are seconds since 1970, days are days since the year 1 (<see cref="DateOnly.DayNumber"/>), in UTC.</remarks>
static class Migrations
{
    internal static readonly IReadOnlyList<string> All =
    [
        // 1: accounts, keys, usage. Ids of users are never given again, so that nothing that is kept elsewhere under one falls to somebody else. A slot is the beginning of a digest.
        """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            tenant_secret BLOB NOT NULL CHECK (length(tenant_secret) = 32),
            weight INTEGER NOT NULL CHECK (weight >= 1),
            tokens_per_day INTEGER CHECK (tokens_per_day >= 0),
            requests_per_minute INTEGER CHECK (requests_per_minute >= 0),
            disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
            created INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE keys (
            id TEXT PRIMARY KEY,
            user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            label TEXT NOT NULL,
            slot INTEGER NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            scopes INTEGER NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER,
            revoked INTEGER,
            last_used_day INTEGER
        ) STRICT;
        CREATE INDEX keys_slot ON keys (slot);
        CREATE INDEX keys_user ON keys (user);
        CREATE TABLE key_models (
            key TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
            model TEXT NOT NULL COLLATE NOCASE,
            PRIMARY KEY (key, model)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE usage (
            user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            day INTEGER NOT NULL,
            tokens INTEGER NOT NULL,
            PRIMARY KEY (user, day)
        ) STRICT, WITHOUT ROWID;
        """,
    ];
}
