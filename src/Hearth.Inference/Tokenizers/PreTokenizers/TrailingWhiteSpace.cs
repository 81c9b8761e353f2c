namespace Hearth.Inference.Tokenizers.PreTokenizers;

/// <summary><c>\s+$</c>, which as an expression would look at a long run of spaces again and again.</summary>
sealed class TrailingWhiteSpace : ISplitStage
{
    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IWordSink into)
    {
        var end = text.TrimEnd().Length;
        if (end > 0)
            into.Add(text[..end]);
        if (end < text.Length)
            into.Add(text[end..]);
    }
}
