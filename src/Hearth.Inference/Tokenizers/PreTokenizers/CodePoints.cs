namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary>Steps through UTF-16 in whole code points; half a surrogate pair counts as one of its own.</summary>
static class CodePoints
{
    /// <summary>The code point at a place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Its index.</param>
    /// <param name="length">1, or 2 for a surrogate pair.</param>
    internal static int At(ReadOnlySpan<char> text, int at, out int length)
    {
        var c = text[at];
        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(c, text[at + 1]);
        }

        length = 1;
        return c;
    }

    /// <summary>Where the code point at a place ends.</summary>
    internal static int After(ReadOnlySpan<char> text, int at)
    {
        At(text, at, out var length);
        return at + length;
    }

    /// <summary>Where the code point that ends before a place begins.</summary>
    internal static int Before(ReadOnlySpan<char> text, int at)
        => at >= 2 && char.IsLowSurrogate(text[at - 1]) && char.IsHighSurrogate(text[at - 2]) ? at - 2 : at - 1;
}
