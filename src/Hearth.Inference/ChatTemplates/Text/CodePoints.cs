using System.Globalization;
using System.Text;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>Texts as Python sees them: sequences of code points.</summary>
static class CodePoints
{
    internal static int Count(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        if (!text.ContainsAnyInRange('\ud800', '\udfff'))
            return count;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
                count--;
        }

        return count;
    }

    /// <summary>The UTF-16 index of a code point; the length of the text for one at its end.</summary>
    internal static int Offset(string text, int codePoint)
    {
        var offset = 0;
        for (; codePoint > 0; codePoint--)
            offset += SizeAt(text, offset);
        return offset;
    }

    /// <summary>UTF-16 units of the code point that starts here.</summary>
    internal static int SizeAt(string text, int offset)
        => char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]) ? 2 : 1;

    /// <summary>The code points one by one, each as a text.</summary>
    internal static IEnumerable<string> Each(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var size = SizeAt(text, i);
            yield return text.Substring(i, size);
            i += size;
        }
    }

    /// <summary>Less than, equal to or greater than zero, by code points.</summary>
    internal static int Compare(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        char a = left[same], b = right[same];
        // Surrogates stand for code points above all others.
        return (char.IsSurrogate(a), char.IsSurrogate(b)) switch
        {
            (true, false) => 1,
            (false, true) => -1,
            _ => a.CompareTo(b),
        };
    }

    /// <summary>What Python strips and splits at.</summary>
    internal static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    /// <summary>Where <c>splitlines</c> ends a line.</summary>
    internal static bool EndsLine(char character)
        => character is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';

    /// <summary>Whether Python's <c>repr</c> shows the character itself.</summary>
    internal static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
