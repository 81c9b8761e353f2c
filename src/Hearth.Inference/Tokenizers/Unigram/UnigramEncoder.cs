using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Inference.Tokenizers.Unigram;

/// <summary>SentencePiece's Unigram model (T5, XLM-R): of all ways to write a text with tokens, the one with the highest sum of scores (Kudo 2018).</summary>
sealed class UnigramEncoder : ITextEncoder
{
    // What SentencePiece takes off the lowest score for a character without token.
    const double UnknownPenalty = 10;

    readonly Vocabulary _vocabulary;
    readonly TextMarks _marks;
    readonly CharacterMap? _map;
    readonly float[] _scores;
    readonly ByteTrie _tokens;
    readonly double _unknownScore;
    readonly bool _splitsAtSpaces;

    internal UnigramEncoder(Vocabulary vocabulary, float[] scores, TextMarks marks, CharacterMap? map)
    {
        (_vocabulary, _scores, _marks, _map) = (vocabulary, scores, marks, map);
        _tokens = new(vocabulary, IsPart);
        _splitsAtSpaces = SpaceMark.OnlyBegins(vocabulary, IsPart);
        var lowest = Enumerable.Range(0, vocabulary.Count).Where(id => vocabulary.Type(id) == TokenType.Normal).Select(id => scores[id]).DefaultIfEmpty().Min();
        _unknownScore = lowest - UnknownPenalty;

        bool IsPart(int id) => vocabulary.Type(id) is TokenType.Normal or TokenType.UserDefined;
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, bool begins, List<int> into)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var words = new Words(this, into);
        for (ReadOnlySpan<byte> rest = bytes; !rest.IsEmpty;)
        {
            var replacement = CharacterMap.Next(_map, rest, out var length);
            words.Append(replacement);
            rest = rest[length..];
        }

        words.Flush();
    }

    /// <summary>Collects normalised text and splits it word by word.</summary>
    sealed class Words(UnigramEncoder encoder, List<int> into)
    {
        readonly List<byte> _word = [];
        readonly List<Step> _steps = [];
        readonly List<int> _found = [];
        bool _inWord, _began, _afterUnknown;

        /// <summary>Spaces become ▁, runs of them one where the file wants it.</summary>
        internal void Append(ReadOnlySpan<byte> text)
        {
            foreach (var value in text)
            {
                if (value != ' ')
                {
                    if (!_inWord && (encoder._marks.MergeSpaces ? _began || encoder._marks.AddSpacePrefix : !_began && encoder._marks.AddSpacePrefix))
                        AppendSpace();
                    (_inWord, _began) = (true, true);
                    _word.Add(value);
                    continue;
                }

                if (!encoder._marks.MergeSpaces)
                {
                    if (!_began && encoder._marks.AddSpacePrefix)
                        AppendSpace();
                    AppendSpace();
                    _began = true;
                }

                _inWord = false;
            }
        }

        internal void Flush()
        {
            if (_word.Count > 0)
                Split(CollectionsMarshal.AsSpan(_word));
            _word.Clear();
        }

        void AppendSpace()
        {
            if (encoder._splitsAtSpaces && !CollectionsMarshal.AsSpan(_word).EndsWith(SpaceMark.Utf8))
                Flush();
            _word.AddRange(SpaceMark.Utf8);
        }

        /// <summary>Viterbi's algorithm: the best way to each place comes from the best way to an earlier one.</summary>
        void Split(ReadOnlySpan<byte> word)
        {
            CollectionsMarshal.SetCount(_steps, word.Length + 1);
            var steps = CollectionsMarshal.AsSpan(_steps);
            steps.Fill(new(ByteTrie.None, 0, double.NegativeInfinity));
            steps[0] = new(ByteTrie.None, 0, 0);
            for (var at = 0; at < word.Length;)
            {
                var end = at + CharacterLength(word[at..]);
                var (node, isToken) = (ByteTrie.Root, false);
                for (var i = at; i < word.Length && (node = encoder._tokens.Next(node, word[i])) != ByteTrie.None; i++)
                {
                    if (encoder._tokens.Token(node) is ByteTrie.None)
                        continue;
                    var token = encoder._tokens.Token(node);
                    Improve(ref steps[i + 1], token, at, steps[at].Score + encoder._scores[token]);
                    isToken |= i + 1 == end;
                }

                // Only where this character alone is no token, as SentencePiece has it.
                if (!isToken)
                    Improve(ref steps[end], ByteTrie.None, at, steps[at].Score + encoder._unknownScore);
                at = end;
            }

            Collect(steps, word);
        }

        static void Improve(ref Step step, int token, int from, double score)
        {
            if (score > step.Score)
                step = new(token, from, score);
        }

        void Collect(ReadOnlySpan<Step> steps, ReadOnlySpan<byte> word)
        {
            _found.Clear();
            for (var at = word.Length; at > 0; at = steps[at].From)
                _found.Add(at);
            for (var i = _found.Count - 1; i >= 0; i--)
            {
                var step = steps[_found[i]];
                Emit(step.Token, word[step.From.._found[i]]);
            }
        }

        void Emit(int token, ReadOnlySpan<byte> text)
        {
            if (token != ByteTrie.None)
                into.Add(token);
            else if (encoder._vocabulary.HasBytes(text))
                AddBytes(text);
            else if (!_afterUnknown && encoder._marks.Unknown is { } unknown)
                into.Add(unknown);
            _afterUnknown = token == ByteTrie.None;
        }

        void AddBytes(ReadOnlySpan<byte> text)
        {
            foreach (var value in text)
                into.Add(encoder._vocabulary.Find([value]));
        }

        static int CharacterLength(ReadOnlySpan<byte> text)
        {
            Rune.DecodeFromUtf8(text, out _, out var length);
            return length;
        }
    }

    /// <summary>The best way to a place: the token that ends there, where it begins, the sum of scores.</summary>
    readonly record struct Step(int Token, int From, double Score);
}
