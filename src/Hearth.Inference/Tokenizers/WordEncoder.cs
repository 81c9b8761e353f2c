using System.Text;

namespace Hearth.Inference.Tokenizers;

/// <summary>Byte-pair encoding of single words: merges the adjacent pair of the lowest rank, the leftmost among equals, until none is left.</summary>
/// <remarks>Holds the buffers of one call; not for several threads.</remarks>
/// <param name="vocabulary">The tokens.</param>
/// <param name="merges">Their merges.</param>
/// <param name="tokenOfByte">The token of each byte, −1 where it has none: such bytes are dropped before merging, as the published tokenizers do.</param>
/// <param name="wholeWords">True: a word that is a token is taken without merging.</param>
sealed class WordEncoder(Vocabulary vocabulary, MergeTable merges, int[] tokenOfByte, bool wholeWords)
{
    // Up to here a scan of all ranks is faster than a queue.
    const int ShortWord = 96;

    byte[] _bytes = new byte[256];
    int[] _tokens = new int[256];
    readonly int[] _ranks = new int[ShortWord];

    /// <summary>Appends the tokens of a word. Half a surrogate pair counts as U+FFFD.</summary>
    internal void Encode(ReadOnlySpan<char> word, List<int> into)
    {
        var bytes = ToBytes(word);
        if (wholeWords && vocabulary.Find(bytes) is >= 0 and var whole && vocabulary.Type(whole) == TokenType.Normal)
        {
            into.Add(whole);
            return;
        }

        var tokens = ToTokens(bytes);
        tokens = tokens[..(tokens.Length <= ShortWord ? MergeByScan(tokens) : new LongWord(merges, tokens).Merge())];
        into.AddRange(tokens);
    }

    ReadOnlySpan<byte> ToBytes(ReadOnlySpan<char> word)
    {
        if (Encoding.UTF8.GetMaxByteCount(word.Length) > _bytes.Length && Encoding.UTF8.GetByteCount(word) is var length && length > _bytes.Length)
            (_bytes, _tokens) = (new byte[length], new int[length]);
        return _bytes.AsSpan(0, Encoding.UTF8.GetBytes(word, _bytes));
    }

    Span<int> ToTokens(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var value in bytes)
        {
            if (tokenOfByte[value] >= 0)
                _tokens[count++] = tokenOfByte[value];
        }

        return _tokens.AsSpan(0, count);
    }

    /// <summary>Merges in place and returns how many tokens are left.</summary>
    int MergeByScan(Span<int> tokens)
    {
        for (var i = 0; i + 1 < tokens.Length; i++)
            _ranks[i] = merges.Rank(tokens[i], tokens[i + 1]);
        for (var count = tokens.Length; ; count--)
        {
            var best = Lowest(_ranks.AsSpan(0, Math.Max(count - 1, 0)));
            if (best < 0)
                return count;
            tokens[best] = merges.Merged(_ranks[best]);
            tokens[(best + 2)..count].CopyTo(tokens[(best + 1)..]);
            _ranks.AsSpan((best + 1)..(count - 1)).CopyTo(_ranks.AsSpan(best));
            if (best > 0)
                _ranks[best - 1] = merges.Rank(tokens[best - 1], tokens[best]);
            if (best + 2 < count)
                _ranks[best] = merges.Rank(tokens[best], tokens[best + 1]);
        }
    }

    /// <summary>The index of the lowest rank, the first among equals, or −1 where nothing merges.</summary>
    static int Lowest(ReadOnlySpan<int> ranks)
    {
        var (best, lowest) = (-1, MergeTable.Never);
        for (var i = 0; i < ranks.Length; i++)
        {
            if (ranks[i] < lowest)
                (best, lowest) = (i, ranks[i]);
        }

        return best;
    }
}
