using Hearth.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hearth.Storage.Access;

/// <summary>How many tokens each user used on which day (UTC), and on which day each key was last used.</summary>
/// <remarks>Counted in memory and written together every few seconds, and at the end: a crash loses those seconds. A month is kept.</remarks>
public sealed class TokenUsage : IAsyncDisposable
{
    const int DaysKept = 31;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly Database _database;
    readonly TimeProvider _clock;
    readonly ITimer _timer;
    readonly Lock _lock = new();
    readonly SemaphoreSlim _flushing = new(1);
    Batch _pending = new();

    internal TokenUsage(Database database, TimeProvider clock)
    {
        (_database, _clock) = (database, clock);
        _timer = clock.CreateTimer(_ => _ = FlushInBackgroundAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why the last attempt to write in the background failed; null where it did not. Nothing is lost: the next attempt writes all.</summary>
    public StorageException? LastFailure { get; private set; }

    /// <summary>Counts tokens of a user. Costs no access to the disk.</summary>
    public void Add(long userId, long tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        Note(batch => batch.Count(userId, DayOf(_clock), tokens));
    }

    /// <summary>What a user used today, with what is not written yet.</summary>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public async Task<long> TodayAsync(long userId, CancellationToken cancellationToken = default)
    {
        // While a batch is on its way to the disk, it would be counted twice or not at all.
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            var day = DayOf(_clock);
            var written = await _database.ReadAsync(
                connection => (long?)connection.Scalar("SELECT tokens FROM usage WHERE user = $user AND day = $day", ("$user", userId), ("$day", day)), cancellationToken) ?? 0;
            lock (_lock)
                return written + _pending.Tokens.GetValueOrDefault((userId, day));
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Writes what is not written yet.</summary>
    /// <exception cref="StorageException">It cannot be written; it is kept for the next time.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            Batch batch;
            lock (_lock)
                (batch, _pending) = (_pending, new());
            if (batch.IsEmpty)
                return;
            try
            {
                await _database.WriteAsync(connection => Write(connection, batch), cancellationToken);
            }
            catch
            {
                lock (_lock)
                    _pending.Add(batch);
                _timer.Change(Pause, Timeout.InfiniteTimeSpan);
                throw;
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Writes what is not written yet, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await FlushAsync();
        _flushing.Dispose();
    }

    /// <summary>The day of a clock, as a number.</summary>
    internal static int DayOf(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).DayNumber;

    /// <summary>A key was used today.</summary>
    internal void KeyUsed(string keyId) => Note(batch => batch.Keys[keyId] = DayOf(_clock));

    void Note(Action<Batch> note)
    {
        lock (_lock)
        {
            var isFirst = _pending.IsEmpty;
            note(_pending);
            if (isFirst)
                _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        }
    }

    async Task FlushInBackgroundAsync()
    {
        try
        {
            await FlushAsync();
            LastFailure = null;
        }
        catch (StorageException e)
        {
            LastFailure = e;
        }
    }

    /// <summary>Users and keys that were removed meanwhile are passed over.</summary>
    static int Write(SqliteConnection connection, Batch batch)
    {
        foreach (var ((user, day), tokens) in batch.Tokens)
        {
            connection.Execute(
                "INSERT INTO usage (user, day, tokens) SELECT id, $day, $tokens FROM users WHERE id = $user ON CONFLICT DO UPDATE SET tokens = tokens + $tokens",
                ("$user", user), ("$day", day), ("$tokens", tokens));
            connection.Execute("DELETE FROM usage WHERE user = $user AND day <= $day", ("$user", user), ("$day", day - DaysKept));
        }

        foreach (var (key, day) in batch.Keys)
            connection.Execute("UPDATE keys SET last_used_day = max(coalesce(last_used_day, 0), $day) WHERE id = $key", ("$key", key), ("$day", day));
        return batch.Tokens.Count;
    }

    /// <summary>What is not written yet.</summary>
    sealed class Batch
    {
        internal Dictionary<(long User, int Day), long> Tokens { get; } = [];

        internal Dictionary<string, int> Keys { get; } = [];

        internal bool IsEmpty => Tokens.Count == 0 && Keys.Count == 0;

        internal void Count(long user, int day, long tokens) => Tokens[(user, day)] = Tokens.GetValueOrDefault((user, day)) + tokens;

        internal void Add(Batch other)
        {
            foreach (var ((user, day), tokens) in other.Tokens)
                Count(user, day, tokens);
            foreach (var (key, day) in other.Keys)
                Keys[key] = Math.Max(day, Keys.GetValueOrDefault(key));
        }
    }
}
