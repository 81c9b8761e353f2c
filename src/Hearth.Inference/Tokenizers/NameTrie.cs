namespace Hearth.Inference.Tokenizers;

/// <summary>Strings by their characters.</summary>
sealed class NameTrie
{
    internal const int Root = 0;

    // Edges by (node, character); nodes are numbered as they come.
    readonly Dictionary<(int Node, char Next), int> _edges = [];
    int _nodes = 1;

    /// <summary>The characters with which a string begins.</summary>
    internal IEnumerable<char> Firsts => _edges.Keys.Where(edge => edge.Node == Root).Select(edge => edge.Next);

    /// <summary>The characters of the longest string.</summary>
    internal int Longest { get; private set; }

    /// <summary>Adds a string and returns the node at its end.</summary>
    internal int Add(IEnumerable<char> text)
    {
        var (node, length) = (Root, 0);
        foreach (var next in text)
        {
            if (!_edges.TryGetValue((node, next), out var child))
                _edges.Add((node, next), child = _nodes++);
            node = child;
            length++;
        }

        Longest = Math.Max(Longest, length);
        return node;
    }

    /// <summary>Goes on by a character; false where no string does.</summary>
    internal bool TryStep(ref int node, char next) => _edges.TryGetValue((node, next), out node);
}
