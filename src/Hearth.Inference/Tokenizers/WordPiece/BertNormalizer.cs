using System.Text;
using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers.Unicode;

namespace Hearth.Inference.Tokenizers.WordPiece;

/// <summary>What BERT does to texts before it looks for words, as in the published tokenizers (Hugging Face's BertNormalizer).</summary>
/// <remarks>
/// In this order: control characters go, white space becomes spaces, Chinese characters get spaces around them; then the text is decomposed and its
/// non-spacing marks (Mn) go, and capitals become small letters.
/// </remarks>
/// <param name="Lowercase">True: capitals become small letters.</param>
/// <param name="StripAccents">True: non-spacing marks go.</param>
sealed record BertNormalizer(bool Lowercase, bool StripAccents)
{
    // The last but one range begins at 2B920 instead of 2B820 in the published tokenizers, and the ids of models depend on it.
    static readonly (int First, int Last)[] Chinese =
    [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ];

    /// <summary>As the file says. Most files do not: capitals do not count where the vocabulary has none, and marks follow them.</summary>
    internal static BertNormalizer Read(GgufMetadata metadata, Vocabulary vocabulary)
    {
        var lowercase = metadata.TryGetBool("tokenizer.ggml.normalizer.lowercase", out var says) ? says : vocabulary.Find("\u2581A"u8) < 0;
        return new(lowercase, metadata.TryGetBool("tokenizer.ggml.normalizer.strip_accents", out says) ? says : lowercase);
    }

    internal ReadOnlySpan<char> Normalize(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> clean = Clean(text);
        return Fold(StripAccents ? Normalization.Decompose(clean) : clean);
    }

    static string Clean(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' || (Rune.IsWhiteSpace(rune) && !Unicode8.IsControl(rune)))
                clean.Append(' ');
            else if (IsChinese(rune))
                Append(clean.Append(' '), rune).Append(' ');
            else if (rune.Value is not (0 or 0xFFFD) && !Unicode8.IsControl(rune))
                Append(clean, rune);
        }

        return clean.ToString();
    }

    string Fold(ReadOnlySpan<char> text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!StripAccents || !Unicode8.IsMark(rune))
                Append(folded, Lowercase ? Rune.ToLowerInvariant(rune) : rune);
        }

        return folded.ToString();
    }

    static StringBuilder Append(StringBuilder text, Rune rune)
    {
        Span<char> chars = stackalloc char[2];
        return text.Append(chars[..rune.EncodeToUtf16(chars)]);
    }

    static bool IsChinese(Rune rune)
    {
        foreach (var (first, last) in Chinese)
        {
            if (rune.Value >= first && rune.Value <= last)
                return true;
        }

        return false;
    }
}
