using System.Globalization;

namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>What applies where a file does not name its pre-tokenizer.</summary>
/// <remarks>
/// Four expressions one after another, each on the pieces of the last: <c>[\p{P}\$\+&lt;=&gt;\^~\|]+</c>, that of GPT-2, <c>\p{N}+</c>,
/// <c>[0-9][0-9][0-9]</c>. So runs of punctuation are words and end the text before them, numbers never have a space, and three ASCII digits are a word.
/// </remarks>
static class DefaultSplitter
{
    const int DigitsInGroup = 3;

    /// <summary>The length of the first word of a text.</summary>
    internal static int Next(ReadOnlySpan<char> text)
    {
        if (IsPunctuation(text, 0))
            return PunctuationEnd(text);
        var kind = CharacterKinds.At(text, 0, out var length);
        if (kind == CharacterKind.Number)
            return NumbersEnd(text);
        if (text[0] == ' ' && text.Length > 1 && !IsPunctuation(text, 1))
        {
            var following = CharacterKinds.At(text, 1, out _);
            if (following == CharacterKind.Number)
                return 1;
            if (following != CharacterKind.Space)
                return RunEnd(text, 1, following);
        }

        return kind == CharacterKind.Space ? WhiteSpace(text) : RunEnd(text, length, kind);
    }

    static int RunEnd(ReadOnlySpan<char> text, int from, CharacterKind kind)
    {
        while (from < text.Length && !IsPunctuation(text, from) && CharacterKinds.At(text, from, out var length) == kind)
            from += length;
        return from;
    }

    static int WhiteSpace(ReadOnlySpan<char> text)
    {
        var end = CharacterKinds.RunEnd(text, 0, CharacterKind.Space);
        return end == text.Length || end == 1 || IsPunctuation(text, end) ? end : end - 1;
    }

    static int NumbersEnd(ReadOnlySpan<char> text)
    {
        if (IsGroup(text))
            return DigitsInGroup;
        var end = 0;
        while (end < text.Length && !IsGroup(text[end..]) && CharacterKinds.At(text, end, out var length) == CharacterKind.Number)
            end += length;
        return end;
    }

    static bool IsGroup(ReadOnlySpan<char> text)
        => text.Length >= DigitsInGroup && !text[..DigitsInGroup].ContainsAnyExceptInRange('0', '9');

    static int PunctuationEnd(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && IsPunctuation(text, end))
            end += char.IsHighSurrogate(text[end]) ? 2 : 1;
        return end;
    }

    static bool IsPunctuation(ReadOnlySpan<char> text, int at)
    {
        var c = text[at];
        if (c is '$' or '+' or '<' or '=' or '>' or '^' or '~' or '|')
            return true;
        var pair = char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
        return CharUnicodeInfo.GetUnicodeCategory(pair ? char.ConvertToUtf32(c, text[at + 1]) : c)
            is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;
    }
}
