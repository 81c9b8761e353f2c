using System.Buffers;
using System.Text;

namespace Hearth.Inference.Tokenizers;

/// <summary>Finds the strings of control and user-defined tokens in a text: the leftmost, and there the longest.</summary>
sealed class SpecialTokenTrie
{
    readonly Vocabulary _vocabulary;
    readonly NameTrie _names = new();
    readonly Dictionary<int, int> _tokenAt = [];
    readonly SearchValues<char> _firsts;

    internal SpecialTokenTrie(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            // The first of equal ones; an empty token is never found.
            if (vocabulary.IsSpecial(id) && vocabulary.Bytes(id).Length > 0)
                _tokenAt.TryAdd(_names.Add(Encoding.UTF8.GetString(vocabulary.Bytes(id))), id);
        }

        _firsts = SearchValues.Create([.. _names.Firsts]);
    }

    /// <summary>The first token in a text; without control tokens where they are not to be parsed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="withControl">True: with control tokens.</param>
    /// <param name="marker">What keeps a name from being one: inside it, or behind it where it has one character.</param>
    /// <param name="start">Where the token begins.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>Its id, or −1 where there is none; then <paramref name="start"/> is the end of the text.</returns>
    internal int Find(ReadOnlySpan<char> text, bool withControl, char? marker, out int start, out int length)
    {
        for (start = 0; start < text.Length; start++)
        {
            var skipped = text[start..].IndexOfAny(_firsts);
            if (skipped < 0)
                break;
            start += skipped;
            var id = Match(text[start..], withControl, marker, out length);
            if (id >= 0)
                return id;
        }

        (start, length) = (text.Length, 0);
        return -1;
    }

    /// <summary>The longest token at the start of a text, or −1.</summary>
    int Match(ReadOnlySpan<char> text, bool withControl, char? marker, out int length)
    {
        var (node, best) = (NameTrie.Root, -1);
        length = 0;
        for (var i = 0; i < text.Length && _names.TryStep(ref node, text[i]); i++)
        {
            if (_tokenAt.TryGetValue(node, out var id) && (!_vocabulary.IsControl(id) || (withControl && !IsMarked(text, i + 1, marker))))
                (best, length) = (id, i + 1);
        }

        return best;
    }

    static bool IsMarked(ReadOnlySpan<char> text, int length, char? marker) => length == 1 && text.Length > 1 && text[1] == marker;
}
