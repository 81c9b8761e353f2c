using Hearth.Storage.Access;
using Hearth.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hearth.Storage;

/// <summary>What Hearth keeps of one user of the machine, in one SQLite file that belongs to that user alone: accounts, keys, and what was used of quotas.</summary>
/// <remarks>
/// Safe for several processes at the same time, and for several threads. Readers see what was last committed and wait for nobody; writers wait for each other. What a
/// method has returned from is on the disk. A crash leaves the state before or after a change, also in the middle of a migration.
/// </remarks>
public sealed class Database : IAsyncDisposable
{
    readonly string _path;
    readonly SqliteConnection _reader, _writer;
    readonly SemaphoreSlim _reading = new(1), _writing = new(1);

    Database(string path, SqliteConnection writer, SqliteConnection reader, TimeProvider clock)
    {
        (_path, _writer, _reader) = (path, writer, reader);
        Usage = new(this, clock);
        Users = new(this, clock);
        Keys = new(this, clock);
    }

    /// <summary>The accounts.</summary>
    public UserAccounts Users { get; }

    /// <summary>Their keys, and the one way to authenticate.</summary>
    public ApiKeys Keys { get; }

    /// <summary>How many tokens each of them used.</summary>
    public TokenUsage Usage { get; }

    /// <summary>Opens the file of a folder; both are made where they are not there. Brings an older file up to date.</summary>
    /// <param name="folder">A folder of its own, which nobody else may look into.</param>
    /// <param name="clock">Tells times of creation, expiry and the days of quotas.</param>
    /// <exception cref="StorageException">The file is not ours, newer than this program, damaged, or may be read by others.</exception>
    public static Database Open(string folder, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(clock);
        var path = DatabaseFile.Prepare(folder);
        try
        {
            var writer = Connections.OpenWriter(path, Migrations.All);
            try
            {
                return new(path, writer, Connections.OpenReader(path), clock);
            }
            catch
            {
                writer.Dispose();
                throw;
            }
        }
        catch (SqliteException e)
        {
            throw SqliteFailures.Of(e, path);
        }
    }

    /// <summary>Writes what is not written yet, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Usage.DisposeAsync();
        }
        finally
        {
            // The writer last: the last connection that closes merges the log into the file.
            _reader.Dispose();
            _writer.Dispose();
            _reading.Dispose();
            _writing.Dispose();
        }
    }

    /// <summary>Looks something up.</summary>
    internal async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return read(_reader);
        }
        catch (SqliteException e)
        {
            throw SqliteFailures.Of(e, _path);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Changes something, wholly or not at all.</summary>
    internal async Task<T> WriteAsync<T>(Func<SqliteConnection, T> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Locked from its beginning: what it reads cannot be changed by another process before it writes.
            using var transaction = _writer.BeginTransaction(deferred: false);
            var result = change(_writer);
            transaction.Commit();
            return result;
        }
        catch (SqliteException e)
        {
            throw SqliteFailures.Of(e, _path);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Merges the log into the file and empties it, so that what was deleted is in neither. Where another process reads just now, its last connection does it when it closes.</summary>
    internal async Task EmptyLogAsync()
    {
        await _writing.WaitAsync();
        try
        {
            _writer.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException e)
        {
            throw SqliteFailures.Of(e, _path);
        }
        finally
        {
            _writing.Release();
        }
    }
}
