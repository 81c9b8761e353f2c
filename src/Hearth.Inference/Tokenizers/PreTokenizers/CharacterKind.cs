using System.Globalization;

namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>The classes of characters by which texts are split: \p{L}, \p{N}, \s and the rest.</summary>
enum CharacterKind : byte
{
    /// <summary>Everything else: punctuation, symbols, marks, controls, half surrogate pairs.</summary>
    Other,

    /// <summary>\p{L}.</summary>
    Letter,

    /// <summary>\p{N}.</summary>
    Number,

    /// <summary>\s: the property White_Space.</summary>
    Space,
}

/// <summary>Classifies characters, supplementary ones as wholes.</summary>
static class CharacterKinds
{
    /// <summary>The class of the character at a place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Index of the character.</param>
    /// <param name="length">1, or 2 for a surrogate pair.</param>
    internal static CharacterKind At(ReadOnlySpan<char> text, int at, out int length)
    {
        var c = text[at];
        length = 1;
        if (c < 0x80)
            return Ascii(c);
        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            length = 2;
            return Of(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(c, text[at + 1])));
        }

        return char.IsWhiteSpace(c) ? CharacterKind.Space : Of(CharUnicodeInfo.GetUnicodeCategory(c));
    }

    /// <summary>Where the run of a class that begins at a place ends; the place itself where it has another class.</summary>
    internal static int RunEnd(ReadOnlySpan<char> text, int from, CharacterKind kind)
    {
        while (from < text.Length && At(text, from, out var length) == kind)
            from += length;
        return from;
    }

    static CharacterKind Ascii(char c) => c switch
    {
        (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => CharacterKind.Letter,
        >= '0' and <= '9' => CharacterKind.Number,
        ' ' or (>= '\t' and <= '\r') => CharacterKind.Space,
        _ => CharacterKind.Other,
    };

    static CharacterKind Of(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => CharacterKind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterKind.Number,
        _ => CharacterKind.Other,
    };
}
