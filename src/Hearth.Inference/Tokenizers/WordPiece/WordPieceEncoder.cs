using System.Text;

namespace Hearth.Inference.Tokenizers.WordPiece;

/// <summary>WordPiece (BERT): words as the longest token that they begin with, then the longest that goes on, and so forth.</summary>
/// <remarks>
/// GGUF files write tokens that begin a word with ▁ before them, and those that go on within a word as they are, where the published vocabulary has ##.
/// A word that cannot be written so, or has more than 100 code points, is the unknown token as a whole.
/// </remarks>
sealed class WordPieceEncoder : ITextEncoder
{
    const int LongestWord = 100;

    readonly ByteTrie _tokens;
    readonly int _unknown;
    readonly BertNormalizer _normalizer;

    internal WordPieceEncoder(Vocabulary vocabulary, int unknown, BertNormalizer normalizer)
    {
        _tokens = new(vocabulary, id => vocabulary.Type(id) == TokenType.Normal);
        (_unknown, _normalizer) = (unknown, normalizer);
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, bool begins, List<int> into)
    {
        text = _normalizer.Normalize(text);
        while (!(text = text.TrimStart()).IsEmpty)
        {
            var length = WordLength(text);
            AddWord(text[..length], into);
            text = text[length..];
        }
    }

    /// <summary>The length of the first word of a normalised text: one punctuation character, or everything up to the next one or to white space.</summary>
    internal static int WordLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Unicode8.IsPunctuation(rune))
                return length == 0 ? rune.Utf16SequenceLength : length;
            if (Rune.IsWhiteSpace(rune))
                break;
            length += rune.Utf16SequenceLength;
        }

        return length;
    }

    void AddWord(ReadOnlySpan<char> word, List<int> into)
    {
        var before = into.Count;
        if (word.Length > 2 * LongestWord || !TryAddPieces(word, into))
        {
            into.RemoveRange(before, into.Count - before);
            into.Add(_unknown);
        }
    }

    bool TryAddPieces(ReadOnlySpan<char> word, List<int> into)
    {
        Span<byte> bytes = stackalloc byte[3 + (2 * LongestWord * 3)];
        SpaceMark.Utf8.CopyTo(bytes);
        var length = SpaceMark.Utf8.Length + Encoding.UTF8.GetBytes(word, bytes[SpaceMark.Utf8.Length..]);
        ReadOnlySpan<byte> rest = bytes[..length];
        if (CodePoints(rest) > LongestWord + 1)
            return false;
        for (var first = true; !rest.IsEmpty; first = false)
        {
            // ▁ in a text is a character like others: what begins a word does not go on within one. Nor is ▁ alone the beginning of a word.
            if (!first && rest.StartsWith(SpaceMark.Utf8))
                return false;
            var token = Longest(rest, first ? SpaceMark.Utf8.Length : 0, out var end);
            if (token < 0)
                return false;
            into.Add(token);
            rest = rest[end..];
        }

        return true;
    }

    /// <summary>The longest token that a text begins with, longer than so many bytes, or −1.</summary>
    int Longest(ReadOnlySpan<byte> text, int longerThan, out int length)
    {
        var (node, best) = (ByteTrie.Root, ByteTrie.None);
        length = 0;
        for (var i = 0; i < text.Length && (node = _tokens.Next(node, text[i])) != ByteTrie.None; i++)
        {
            if (i >= longerThan && _tokens.Token(node) is not ByteTrie.None and var token)
                (best, length) = (token, i + 1);
        }

        return best;
    }

    static int CodePoints(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var value in utf8)
            count += (value & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }
}
