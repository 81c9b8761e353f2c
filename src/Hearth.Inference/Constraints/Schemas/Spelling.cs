using System.Text;
using System.Text.Json;

namespace Hearth.Inference.Constraints.Schemas;

/// <summary>Values as JSON, without spaces and with those escapes only that are needed: as models write them, and so that every name has one spelling.</summary>
static class Spelling
{
    static readonly Dictionary<char, string> Escapes = new() { ['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t" };

    /// <summary>A text, in quotes.</summary>
    internal static byte[] Of(string text)
    {
        var into = new StringBuilder();
        Write(text, into);
        return Encoding.UTF8.GetBytes(into.ToString());
    }

    /// <summary>A value.</summary>
    internal static byte[] Of(JsonElement value)
    {
        var into = new StringBuilder();
        Write(value, into);
        return Encoding.UTF8.GetBytes(into.ToString());
    }

    static void Write(JsonElement value, StringBuilder into)
    {
        var between = "";
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                into.Append('{');
                foreach (var member in value.EnumerateObject())
                {
                    into.Append(between);
                    Write(member.Name, into);
                    into.Append(':');
                    Write(member.Value, into);
                    between = ",";
                }

                into.Append('}');
                break;
            case JsonValueKind.Array:
                into.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    into.Append(between);
                    Write(item, into);
                    between = ",";
                }

                into.Append(']');
                break;
            case JsonValueKind.String:
                Write(value.GetString()!, into);
                break;
            default:
                into.Append(value.GetRawText());
                break;
        }
    }

    static void Write(string text, StringBuilder into)
    {
        into.Append('"');
        foreach (var c in text)
        {
            if (Escapes.TryGetValue(c, out var escape))
                into.Append(escape);
            else if (c < ' ')
                into.Append($"\\u{(int)c:x4}");
            else
                into.Append(c);
        }

        into.Append('"');
    }
}
