using Microsoft.Data.Sqlite;

namespace Hearth.Storage.Sqlite;

/// <summary>Statements in one line. Values are always parameters.</summary>
static class Sql
{
    /// <summary>Runs statements, every one to its end; how many rows they changed.</summary>
    /// <remarks>Not by ExecuteNonQuery, which passes over failures behind a statement that has rows.</remarks>
    internal static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        do
        {
            while (reader.Read())
            {
            }
        }
        while (reader.NextResult());
        return reader.RecordsAffected;
    }

    /// <summary>The first value of the first row; null where it is none.</summary>
    internal static object? Scalar(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteScalar() is var value && value is DBNull ? null : value;
    }

    /// <summary>All rows.</summary>
    internal static List<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>A number, or none.</summary>
    internal static long? NumberOrNone(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    /// <summary>A time, or none.</summary>
    internal static DateTimeOffset? TimeOrNone(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(column));

    static SqliteCommand Command(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // All statements are constants of this room.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
