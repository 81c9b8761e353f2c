using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Inference.Tokenizers.BytePair;

/// <summary>Byte-pair encoding by merge rank of characters instead of bytes (Gemma 4): spaces are written ▁, and words are lines.</summary>
/// <remarks>A character without token becomes the tokens of its bytes; a run of line breaks that is a token is taken whole.</remarks>
sealed class CharacterPairEncoder(Vocabulary vocabulary, MergeTable merges) : ITextEncoder
{
    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, bool begins, List<int> into)
    {
        var merger = new Merger();
        var tokens = new List<int>();
        while (!text.IsEmpty)
        {
            var length = text[0] == '\n' ? text.IndexOfAnyExcept('\n') : text.IndexOf('\n');
            var line = length < 0 ? text : text[..length];
            tokens.Clear();
            Read(line, tokens);
            var rule = new PairRule(merges, CollectionsMarshal.AsSpan(tokens));
            merger.Merge(ref rule, tokens.Count);
            for (var i = 0; i < tokens.Count; i = merger.Next(i))
                into.Add(tokens[i]);
            text = text[line.Length..];
        }
    }

    void Read(ReadOnlySpan<char> line, List<int> tokens)
    {
        if (line[0] == '\n' && line.Length <= vocabulary.LongestToken && vocabulary.Find(Encoding.UTF8.GetBytes(line.ToString())) is >= 0 and var whole)
        {
            tokens.Add(whole);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in line.EnumerateRunes())
        {
            var character = utf8[..(rune.Value == ' ' ? new Rune(SpaceMark.Character) : rune).EncodeToUtf8(utf8)];
            if (vocabulary.Find(character) is >= 0 and var token)
                tokens.Add(token);
            else
                AddBytes(character, tokens);
        }
    }

    void AddBytes(ReadOnlySpan<byte> character, List<int> tokens)
    {
        for (var i = 0; i < character.Length; i++)
        {
            if (vocabulary.Find(character.Slice(i, 1)) is >= 0 and var token)
                tokens.Add(token);
        }
    }
}
