using System.Text.Json;

namespace Hearth.Cli.Output;

/// <summary>Lists, and numbers that may be none, in the JSON objects of the commands.</summary>
static class JsonParts
{
    /// <summary>An array with a value for each item.</summary>
    internal static void WriteList<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
            write(item);
        writer.WriteEndArray();
    }

    /// <summary>An array with an object for each item.</summary>
    internal static void WriteObjects<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> writeMembers)
        => writer.WriteList(name, items, item =>
        {
            writer.WriteStartObject();
            writeMembers(item);
            writer.WriteEndObject();
        });

    /// <summary>A number; JSON has no word but null for one that is infinite or none.</summary>
    internal static void WriteFinite(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    /// <inheritdoc cref="WriteFinite(Utf8JsonWriter, string, double)"/>
    internal static void WriteFinite(this Utf8JsonWriter writer, string name, float value)
    {
        // Not as a double: a single has fewer digits.
        if (float.IsFinite(value))
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }
}
