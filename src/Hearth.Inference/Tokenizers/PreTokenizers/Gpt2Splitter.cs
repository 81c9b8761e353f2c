namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>The expression of GPT-2.</summary>
/// <remarks>
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>: a space before a run belongs to the run, and of longer white
/// space the last character is left for what follows.
/// </remarks>
static class Gpt2Splitter
{
    /// <summary>The length of the first word of a text.</summary>
    internal static int Next(ReadOnlySpan<char> text) => Next(text, numbersApart: false);

    /// <summary>The same after every \p{N} was split off: a number is a word, and ends the text before it.</summary>
    internal static int NextWithNumbersApart(ReadOnlySpan<char> text) => Next(text, numbersApart: true);

    static int Next(ReadOnlySpan<char> text, bool numbersApart)
    {
        if (Contraction.Length(text, anyCase: false) is > 0 and var contraction)
            return contraction;
        var start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var kind = CharacterKinds.At(text, start, out var length);
        if (kind == CharacterKind.Space || (start == 1 && numbersApart && kind == CharacterKind.Number))
            return WhiteSpace(text, numbersApart);
        return kind == CharacterKind.Number && numbersApart ? length : CharacterKinds.RunEnd(text, start + length, kind);
    }

    static int WhiteSpace(ReadOnlySpan<char> text, bool numbersApart)
    {
        var end = CharacterKinds.RunEnd(text, 0, CharacterKind.Space);
        var last = end == text.Length || (numbersApart && CharacterKinds.At(text, end, out _) == CharacterKind.Number);
        return last || end == 1 ? end : end - 1;
    }
}
