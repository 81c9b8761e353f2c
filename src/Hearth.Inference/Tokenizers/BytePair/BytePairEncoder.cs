using System.Text;
using Hearth.Inference.Tokenizers.PreTokenizers;
using Hearth.Inference.Tokenizers.Unicode;

namespace Hearth.Inference.Tokenizers.BytePair;

/// <summary>Byte-level byte-pair encoding (GPT-2): words to bytes, of which the pairs merge by rank.</summary>
/// <param name="vocabulary">The tokens.</param>
/// <param name="merges">Their merges.</param>
/// <param name="preTokenizer">How texts are split into words.</param>
sealed class BytePairEncoder(Vocabulary vocabulary, MergeTable merges, PreTokenizer preTokenizer) : ITextEncoder
{
    // −1 where a byte has none: such bytes are dropped before merging, as the published tokenizers do.
    readonly int[] _tokenOfByte = [.. Enumerable.Range(0, 256).Select(value => vocabulary.Find([(byte)value]))];

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, bool begins, List<int> into)
        => preTokenizer.Split(preTokenizer.Compose ? Normalization.Compose(text) : text, new Words(this, into));

    /// <summary>The buffers of one piece of text.</summary>
    sealed class Words(BytePairEncoder encoder, List<int> into) : IWordSink
    {
        readonly Merger _merger = new();
        byte[] _bytes = new byte[256];
        int[] _tokens = new int[256];

        public void Add(ReadOnlySpan<char> word)
        {
            var bytes = ToBytes(word);
            if (encoder.TryWhole(bytes, out var whole))
            {
                into.Add(whole);
                return;
            }

            var count = ToTokens(bytes);
            var rule = new PairRule(encoder.Merges, _tokens);
            _merger.Merge(ref rule, count);
            for (var i = 0; i < count; i = _merger.Next(i))
                into.Add(_tokens[i]);
        }

        ReadOnlySpan<byte> ToBytes(ReadOnlySpan<char> word)
        {
            if (Encoding.UTF8.GetMaxByteCount(word.Length) > _bytes.Length && Encoding.UTF8.GetByteCount(word) is var length && length > _bytes.Length)
                (_bytes, _tokens) = (new byte[length], new int[length]);
            return _bytes.AsSpan(0, Encoding.UTF8.GetBytes(word, _bytes));
        }

        int ToTokens(ReadOnlySpan<byte> bytes)
        {
            var count = 0;
            foreach (var value in bytes)
            {
                if (encoder._tokenOfByte[value] >= 0)
                    _tokens[count++] = encoder._tokenOfByte[value];
            }

            return count;
        }
    }

    MergeTable Merges => merges;

    bool TryWhole(ReadOnlySpan<byte> word, out int token)
    {
        token = preTokenizer.WholeWords ? vocabulary.Find(word) : -1;
        return token >= 0 && vocabulary.Type(token) == TokenType.Normal;
    }
}
