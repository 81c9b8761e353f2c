using System.Text;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>Gives a value that came as text the type that the tool's schema declares for it.</summary>
static class DeclaredValue
{
    /// <summary>Tried in this order: the narrow types first, since everything is a text.</summary>
    static readonly (string[] Types, Func<string, string?> Convert)[] Conversions =
    [
        (["boolean"], text => bool.TryParse(text, out var value) ? value ? "true" : "false" : null),
        (["integer", "number"], text => Literal(text, json => char.IsAsciiDigit(json[^1]))),
        (["array"], text => Literal(text, json => json[0] == '[')),
        (["object"], text => Literal(text, json => json[0] == '{')),
    ];

    /// <summary>Appends a value as JSON; what fits no declared type, or has none, stays a text.</summary>
    internal static void Append(StringBuilder json, ReadOnlySpan<char> value, IReadOnlyList<string> types)
    {
        var text = value.Trim().ToString();
        // Both reference parsers read null before they look at the type.
        if (text.Equals("null", StringComparison.OrdinalIgnoreCase))
        {
            json.Append("null");
            return;
        }

        foreach (var (names, convert) in Conversions)
        {
            if (names.Any(types.Contains) && convert(text) is { } converted)
            {
                json.Append(converted);
                return;
            }
        }

        JsonString.Append(json, value);
    }

    static string? Literal(string text, Func<string, bool> isOfType)
    {
        foreach (var dialect in (LiteralDialect[])[LiteralDialect.Json, LiteralDialect.Python])
        {
            var json = new StringBuilder();
            if (LiteralReader.IsValue(text, dialect, json) && json.ToString() is var read && isOfType(read))
                return read;
        }

        return null;
    }
}
