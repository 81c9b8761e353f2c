namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>The expression of Llama 3, and that of Qwen 2, which differs in the numbers.</summary>
/// <remarks>
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>; Qwen 2 has <c>\p{N}</c>.
/// </remarks>
static class Llama3Splitter
{
    /// <summary>The length of the first word of a text, numbers in groups of up to three.</summary>
    internal static int Next(ReadOnlySpan<char> text) => Next(text, numbersInGroup: 3);

    /// <summary>The same with every number alone.</summary>
    internal static int NextWithNumbersAlone(ReadOnlySpan<char> text) => Next(text, numbersInGroup: 1);

    static int Next(ReadOnlySpan<char> text, int numbersInGroup)
    {
        if (Contraction.Length(text, anyCase: true) is > 0 and var contraction)
            return contraction;
        var kind = CharacterKinds.At(text, 0, out var length);
        if (kind == CharacterKind.Letter)
            return CharacterKinds.RunEnd(text, length, kind);
        if (kind == CharacterKind.Number)
            return Numbers(text, numbersInGroup);

        var following = length < text.Length ? CharacterKinds.At(text, length, out _) : CharacterKind.Space;
        if (following == CharacterKind.Letter && text[0] is not ('\r' or '\n'))
            return CharacterKinds.RunEnd(text, length, CharacterKind.Letter);
        if (kind == CharacterKind.Other || (text[0] == ' ' && following == CharacterKind.Other))
            return WithLineBreaks(text, CharacterKinds.RunEnd(text, length, CharacterKind.Other));
        return WhiteSpace(text);
    }

    static int Numbers(ReadOnlySpan<char> text, int most)
    {
        var end = 0;
        for (var count = 0; count < most && end < text.Length && CharacterKinds.At(text, end, out var length) == CharacterKind.Number; count++)
            end += length;
        return end;
    }

    static int WithLineBreaks(ReadOnlySpan<char> text, int end)
    {
        while (end < text.Length && text[end] is '\r' or '\n')
            end++;
        return end;
    }

    static int WhiteSpace(ReadOnlySpan<char> text)
    {
        var end = CharacterKinds.RunEnd(text, 0, CharacterKind.Space);
        var lineBreak = text[..end].LastIndexOfAny('\r', '\n');
        if (lineBreak >= 0)
            return lineBreak + 1;
        return end == text.Length || end == 1 ? end : end - 1;
    }
}
