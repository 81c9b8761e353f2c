using System.Globalization;
using System.Runtime.CompilerServices;
using Hearth.Formats.Gguf;
using Hearth.Inference.Tokenizers.BytePair;

namespace Hearth.Inference.Tokenizers;

/// <summary>Writes the bytes that a token stands for; at most as many as the file has for it.</summary>
delegate int TokenWriter(ReadOnlySpan<byte> text, TokenType type, Span<byte> bytes);

/// <summary>Reads a vocabulary from the metadata of a GGUF file and checks it.</summary>
static class VocabularyReader
{
    // Far above any vocabulary; ids and indices of tables stay within 32 bits with room.
    const int LargestCount = 1 << 24;

    // Runs over the whole vocabulary, once and at the start: compiled well at once, since there is no second time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Vocabulary Read(GgufMetadata metadata, TokenWriter write, int limit)
    {
        var tokens = metadata.GetStrings("tokenizer.ggml.tokens");
        if (tokens.Count is 0 or > LargestCount)
            throw ModelError.Invalid($"The vocabulary has {tokens.Count} tokens.", $"1 to {LargestCount} tokens");
        var types = ReadTypes(metadata, tokens.Count);

        var count = Math.Min(tokens.Count, limit);
        var starts = new int[count + 1];
        var bytes = new byte[TotalBytes(tokens)];
        for (var id = 0; id < count; id++)
        {
            var text = tokens[id];
            // Some conversions forget that these are control tokens, and their text would be shown, or split.
            if (types[id] == TokenType.Normal && SpecialTokens.IsControlName(text))
                types[id] = TokenType.Control;
            starts[id + 1] = starts[id] + write(text, types[id], bytes.AsSpan(starts[id]));
        }

        return new(bytes[..starts[^1]], starts, count == types.Length ? types : types[..count]) { CountInFile = tokens.Count };
    }

    /// <summary>Byte-level vocabularies: normal tokens are in the byte alphabet, the others as they are.</summary>
    internal static int WriteByteLevel(ReadOnlySpan<byte> text, TokenType type, Span<byte> bytes)
        => type is TokenType.Normal or TokenType.Byte && ByteAlphabet.TryDecode(text, bytes, out var count) ? count : WriteText(text, bytes);

    /// <summary>SentencePiece and WordPiece: all tokens are as they are, but <c>&lt;0x0A&gt;</c> is a byte.</summary>
    internal static int WritePiece(ReadOnlySpan<byte> text, TokenType type, Span<byte> bytes)
    {
        if (type != TokenType.Byte || text.Length != "<0x00>"u8.Length || !text.StartsWith("<0x"u8)
            || !byte.TryParse(text[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return WriteText(text, bytes);
        bytes[0] = value;
        return 1;
    }

    static int WriteText(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        text.CopyTo(bytes);
        return text.Length;
    }

    static int TotalBytes(GgufStringArray tokens)
    {
        var total = 0L;
        for (var id = 0; id < tokens.Count; id++)
            total += tokens[id].Length;
        return total <= Array.MaxLength ? (int)total : throw ModelError.Invalid($"The tokens have {total} bytes.", $"at most {Array.MaxLength}");
    }

    /// <summary>The scores of the tokens, by which SentencePiece chooses among them.</summary>
    internal static float[] ReadScores(GgufMetadata metadata, Vocabulary vocabulary)
    {
        var scores = metadata.GetFloat32s("tokenizer.ggml.scores");
        if (scores.Length != vocabulary.CountInFile)
            throw ModelError.Invalid($"There are {vocabulary.CountInFile} tokens, but {scores.Length} scores.", "as many scores as tokens");
        var wrong = Array.FindIndex(scores, score => !float.IsFinite(score));
        return wrong < 0 ? vocabulary.Count == scores.Length ? scores : scores[..vocabulary.Count] : throw ModelError.Invalid($"The score of token {wrong} is {scores[wrong]}.", "a finite number");
    }

    static TokenType[] ReadTypes(GgufMetadata metadata, int count)
    {
        var types = new TokenType[count];
        Array.Fill(types, TokenType.Normal);
        if (!metadata.TryGetInt32s("tokenizer.ggml.token_type", out var numbers))
            return types;
        if (numbers.Length != count)
            throw ModelError.Invalid($"There are {count} tokens, but {numbers.Length} token types.", "as many types as tokens");
        for (var id = 0; id < count; id++)
        {
            types[id] = numbers[id] is >= (int)TokenType.Normal and <= (int)TokenType.Byte
                ? (TokenType)numbers[id]
                : throw ModelError.Invalid($"Token {id} has the type {numbers[id]}.", "a type from 1 to 6");
        }

        return types;
    }
}
