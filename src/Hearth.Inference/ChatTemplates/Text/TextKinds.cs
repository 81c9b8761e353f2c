using System.Globalization;
using System.Text;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>Python's questions about all characters of a text; an empty one answers no, except where nothing could be wrong.</summary>
static class TextKinds
{
    internal static bool IsAlpha(string text) => All(text, (_, _, rune) => Rune.IsLetter(rune));

    internal static bool IsDecimal(string text) => All(text, (all, at, _) => CharUnicodeInfo.GetDecimalDigitValue(all, at) >= 0);

    internal static bool IsDigit(string text) => All(text, (all, at, _) => CharUnicodeInfo.GetDigitValue(all, at) >= 0);

    internal static bool IsNumeric(string text) => All(text, (all, at, _) => CharUnicodeInfo.GetNumericValue(all, at) >= 0);

    internal static bool IsAlphanumeric(string text) => All(text, (all, at, rune) => Rune.IsLetter(rune) || CharUnicodeInfo.GetNumericValue(all, at) >= 0);

    internal static bool IsSpace(string text) => All(text, (_, _, rune) => rune.IsBmp && CodePoints.IsSpace((char)rune.Value));

    internal static bool IsPrintable(string text) => text.Length == 0 || All(text, (_, _, rune) => CodePoints.IsPrintable(rune));

    internal static bool IsIdentifier(string text)
        => All(text, (_, at, rune) => rune.Value == '_' || Rune.IsLetter(rune) || (at > 0 && (Rune.IsDigit(rune) || IsMark(rune))));

    /// <summary>A letter, a digit or an underscore: what makes a word.</summary>
    internal static bool IsWord(Rune rune) => rune.Value == '_' || Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune);

    /// <summary>Without the given characters at its ends; null takes white space.</summary>
    internal static string Strip(string text, string? characters, bool atStart, bool atEnd)
    {
        var (start, end) = (0, text.Length);
        while (atStart && start < end && Matches(text.AsSpan(start, CodePoints.SizeAt(text, start))))
            start += CodePoints.SizeAt(text, start);
        while (atEnd && end > start)
        {
            var size = end - start > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? 2 : 1;
            if (!Matches(text.AsSpan(end - size, size)))
                break;
            end -= size;
        }

        return text[start..end];

        bool Matches(ReadOnlySpan<char> character) => characters is null
            ? character.Length == 1 && CodePoints.IsSpace(character[0])
            : characters.AsSpan().Contains(character, StringComparison.Ordinal);
    }

    static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.ConnectorPunctuation;

    static bool All(string text, Func<string, int, Rune, bool> holds)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!holds(text, at, rune))
                return false;
            at += rune.Utf16SequenceLength;
        }

        return text.Length > 0;
    }
}
