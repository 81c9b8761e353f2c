namespace Hearth.Inference.Tokenizers;

/// <summary>▁ (U+2581), by which SentencePiece and others write a space.</summary>
static class SpaceMark
{
    internal const char Character = '\u2581';

    internal static ReadOnlySpan<byte> Utf8 => "\u2581"u8;

    /// <summary>True where no token has a space after something else, so that texts may be split before their spaces without changing a token.</summary>
    internal static bool OnlyBegins(Vocabulary vocabulary, Func<int, bool> isPart)
    {
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (isPart(id) && HasWithin(vocabulary.Bytes(id)))
                return false;
        }

        return true;
    }

    static bool HasWithin(ReadOnlySpan<byte> token)
    {
        while (token.StartsWith(Utf8))
            token = token[Utf8.Length..];
        return token.IndexOf(Utf8) >= 0;
    }
}
