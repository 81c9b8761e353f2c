using System.Globalization;
using System.Text;

namespace Hearth.Formats.Gguf;

/// <summary>Text out of a file, made safe to show: what could steer a terminal or reorder a line is escaped, and what is long is cut.</summary>
static class Printable
{
    internal static string Text(string text, int maxChars = 80) => Text(Encoding.UTF8.GetBytes(text), maxChars);

    internal static string Text(ReadOnlySpan<byte> utf8, int maxChars = 80)
    {
        var shown = new StringBuilder("\"");
        var rest = utf8;
        while (!rest.IsEmpty && shown.Length < maxChars)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var length);
            rest = rest[length..];
            Append(shown, rune);
        }

        return rest.IsEmpty ? shown.Append('"').ToString() : shown.Append(CultureInfo.InvariantCulture, $"…\" ({utf8.Length} bytes)").ToString();
    }

    static void Append(StringBuilder shown, Rune rune)
    {
        if (rune.Value is '"' or '\\')
            shown.Append('\\').Append(rune);
        else if (rune.Value == '\n')
            shown.Append("\\n");
        else if (IsShown(Rune.GetUnicodeCategory(rune)))
            shown.Append(rune);
        else
            shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
    }

    static bool IsShown(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
