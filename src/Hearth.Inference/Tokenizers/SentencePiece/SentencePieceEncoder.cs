using System.Text;

namespace Hearth.Inference.Tokenizers.SentencePiece;

/// <summary>SentencePiece's byte-pair encoding (Llama, Gemma): characters of which the neighbours merge that make the token of the highest score.</summary>
/// <remarks>Spaces are written ▁. A character without token becomes the tokens of its bytes, or the unknown token where there are none.</remarks>
sealed class SentencePieceEncoder : ITextEncoder
{
    readonly Vocabulary _vocabulary;
    readonly TextMarks _marks;

    // Scores as ranks: 0 for the highest, equal ones for equal scores.
    readonly int[] _ranks;
    readonly bool _splitsAtSpaces;

    internal SentencePieceEncoder(Vocabulary vocabulary, float[] scores, TextMarks marks)
    {
        (_vocabulary, _marks) = (vocabulary, marks);
        _ranks = ToRanks(scores);
        _splitsAtSpaces = SpaceMark.OnlyBegins(vocabulary, id => !vocabulary.IsControl(id));
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, bool begins, List<int> into)
    {
        var words = new Words(this, into);
        for (var prefix = begins && _marks.AddSpacePrefix; !text.IsEmpty; prefix = false)
        {
            var length = _splitsAtSpaces ? WordLength(text) : text.Length;
            words.Add(text[..length], prefix);
            text = text[length..];
        }
    }

    /// <summary>Up to the first space after something else.</summary>
    static int WordLength(ReadOnlySpan<char> text)
    {
        var spaces = text.IndexOfAnyExcept(' ', SpaceMark.Character);
        var word = spaces < 0 ? -1 : text[spaces..].IndexOfAny(' ', SpaceMark.Character);
        return word < 0 ? text.Length : spaces + word;
    }

    static int[] ToRanks(float[] scores)
    {
        var order = Enumerable.Range(0, scores.Length).ToArray();
        Array.Sort((float[])scores.Clone(), order);
        var ranks = new int[scores.Length];
        for (var i = order.Length - 2; i >= 0; i--)
            ranks[order[i]] = ranks[order[i + 1]] + (scores[order[i]] == scores[order[i + 1]] ? 0 : 1);
        return ranks;
    }

    /// <summary>The buffers of one piece of text.</summary>
    sealed class Words(SentencePieceEncoder encoder, List<int> into)
    {
        readonly Merger _merger = new();
        byte[] _bytes = new byte[256];
        int[] _starts = new int[257];
        bool _afterUnknown;

        internal void Add(ReadOnlySpan<char> word, bool prefix)
        {
            var count = Write(word, prefix);
            var rule = new ScoreRule(encoder, _bytes, _starts);
            _merger.Merge(ref rule, count);
            for (var i = 0; i < count; i = _merger.Next(i))
                Emit(_bytes.AsSpan(_starts[i].._starts[_merger.Next(i)]));
        }

        /// <summary>Writes the word as UTF-8 with its spaces as ▁, and where its characters start; returns how many there are.</summary>
        int Write(ReadOnlySpan<char> word, bool prefix)
        {
            var longest = (word.Length + 1) * SpaceMark.Utf8.Length;
            if (_bytes.Length < longest)
                (_bytes, _starts) = (new byte[longest], new int[word.Length + 2]);
            var (count, length) = (0, 0);
            if (prefix)
                Append(SpaceMark.Character);
            foreach (var rune in word.EnumerateRunes())
                Append(rune.Value == ' ' ? SpaceMark.Character : rune.Value);
            _starts[count] = length;
            return count;

            void Append(int codePoint)
            {
                _starts[count++] = length;
                length += new Rune(codePoint).EncodeToUtf8(_bytes.AsSpan(length));
            }
        }

        void Emit(ReadOnlySpan<byte> part)
        {
            var token = encoder._vocabulary.Find(part);
            if (token < 0 && encoder._marks.Unknown is { } unknown && !encoder._vocabulary.HasBytes(part))
            {
                // One token for a run of what is unknown.
                if (!_afterUnknown)
                    into.Add(unknown);
                _afterUnknown = true;
                return;
            }

            _afterUnknown = false;
            if (token >= 0)
                into.Add(token);
            else
                AddBytes(part);
        }

        void AddBytes(ReadOnlySpan<byte> part)
        {
            foreach (var value in part)
            {
                if (encoder._vocabulary.Find([value]) is >= 0 and var token)
                    into.Add(token);
            }
        }
    }

    readonly ref struct ScoreRule(SentencePieceEncoder encoder, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> starts) : IMergeRule
    {
        readonly ReadOnlySpan<byte> _bytes = bytes;
        readonly ReadOnlySpan<int> _starts = starts;

        public int Rank(int left, int right, int after)
        {
            var (start, end) = (_starts[left], _starts[after]);
            if (end - start > encoder._vocabulary.LongestToken)
                return Merger.Never;
            var token = encoder._vocabulary.Find(_bytes[start..end]);
            return token < 0 ? Merger.Never : encoder._ranks[token];
        }

        public void Merge(int left, int rank)
        {
            // A part is known by its bytes: nothing is to be noted.
        }
    }
}
