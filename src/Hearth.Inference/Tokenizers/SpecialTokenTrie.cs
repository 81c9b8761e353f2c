using System.Buffers;
using System.Text;

namespace Hearth.Inference.Tokenizers;

/// <summary>Finds the strings of control and user-defined tokens in a text: the leftmost, and there the longest.</summary>
sealed class SpecialTokenTrie
{
    const int Root = 0;

    // Edges by (node, character); nodes are numbered as they come.
    readonly Dictionary<(int Node, char Next), int> _edges = [];
    readonly List<int> _tokenAt = [-1];
    readonly Vocabulary _vocabulary;
    readonly SearchValues<char> _firsts;

    internal SpecialTokenTrie(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.IsControl(id) || vocabulary.Type(id) == TokenType.UserDefined)
                Add(Encoding.UTF8.GetString(vocabulary.Bytes(id)), id);
        }

        _firsts = SearchValues.Create([.. _edges.Keys.Where(edge => edge.Node == Root).Select(edge => edge.Next)]);
    }

    /// <summary>The first token in a text; without control tokens where they are not to be parsed.</summary>
    /// <returns>Its id, or −1 where there is none; then <paramref name="start"/> is the end of the text.</returns>
    internal int Find(ReadOnlySpan<char> text, bool withControl, out int start, out int length)
    {
        for (start = 0; start < text.Length; start++)
        {
            var skipped = text[start..].IndexOfAny(_firsts);
            if (skipped < 0)
                break;
            start += skipped;
            var id = Match(text[start..], withControl, out length);
            if (id >= 0)
                return id;
        }

        (start, length) = (text.Length, 0);
        return -1;
    }

    /// <summary>The longest token at the start of a text, or −1.</summary>
    int Match(ReadOnlySpan<char> text, bool withControl, out int length)
    {
        var (node, best) = (Root, -1);
        length = 0;
        for (var i = 0; i < text.Length && _edges.TryGetValue((node, text[i]), out node); i++)
        {
            var id = _tokenAt[node];
            if (id >= 0 && (withControl || !_vocabulary.IsControl(id)))
                (best, length) = (id, i + 1);
        }

        return best;
    }

    void Add(string text, int id)
    {
        var node = Root;
        foreach (var next in text)
        {
            if (!_edges.TryGetValue((node, next), out var child))
            {
                child = _tokenAt.Count;
                _tokenAt.Add(-1);
                _edges.Add((node, next), child);
            }

            node = child;
        }

        // The first of equal ones; an empty token is never found.
        if (node != Root && _tokenAt[node] < 0)
            _tokenAt[node] = id;
    }
}
