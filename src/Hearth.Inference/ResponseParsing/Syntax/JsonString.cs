using System.Globalization;
using System.Text;

namespace Hearth.Inference.ResponseParsing.Syntax;

/// <summary>Writes JSON texts. Only what RFC 8259 demands is escaped; half a surrogate pair becomes U+FFFD.</summary>
static class JsonString
{
    internal static void Append(StringBuilder json, ReadOnlySpan<char> content)
    {
        json.Append('"');
        for (var i = 0; i < content.Length; i++)
        {
            var character = content[i];
            if (char.IsHighSurrogate(character) && i + 1 < content.Length && char.IsLowSurrogate(content[i + 1]))
                json.Append(character).Append(content[++i]);
            else if (char.IsSurrogate(character))
                json.Append('\uFFFD');
            else if (character is '"' or '\\')
                json.Append('\\').Append(character);
            else if (character == '\n')
                json.Append("\\n");
            else if (character < ' ')
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                json.Append(character);
        }

        json.Append('"');
    }
}
