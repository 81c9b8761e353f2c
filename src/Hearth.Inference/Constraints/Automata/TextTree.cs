namespace Hearth.Inference.Constraints.Automata;

/// <summary>Some texts, each with a number, by their bytes: a node is what some of them begin with.</summary>
/// <param name="isSorted">True where it is asked which of them have numbers in a range; that takes memory.</param>
sealed class TextTree(bool isSorted = false)
{
    /// <summary>Where all begin.</summary>
    internal const int Root = 0;

    /// <summary>No node, or no text.</summary>
    internal const int None = -1;

    readonly Dictionary<(int Node, byte Next), int> _edges = [];
    readonly List<int> _texts = [None];

    // Of each node the numbers of the texts that begin so, ascending as they are added.
    readonly List<List<int>>? _below = isSorted ? [[]] : null;

    /// <summary>Adds a text whose number is greater than those before it; of equal texts the first one is meant.</summary>
    internal void Add(ReadOnlySpan<byte> text, int number)
    {
        var node = Root;
        _below?[Root].Add(number);
        foreach (var next in text)
        {
            if (!_edges.TryGetValue((node, next), out var to))
            {
                _edges[(node, next)] = to = _texts.Count;
                _texts.Add(None);
                _below?.Add([]);
            }

            node = to;
            _below?[node].Add(number);
        }

        if (_texts[node] == None)
            _texts[node] = number;
    }

    /// <summary>The node after one more byte, or <see cref="None"/>.</summary>
    internal int Step(int node, byte next) => _edges.GetValueOrDefault((node, next), None);

    /// <summary>The number of the text that ends at a node, or <see cref="None"/>.</summary>
    internal int TextAt(int node) => _texts[node];

    /// <summary>True where a text with a number from first to last begins so.</summary>
    internal bool HasBelow(int node, int first, int last)
    {
        var numbers = _below![node];
        var at = numbers.BinarySearch(first);
        at = at < 0 ? ~at : at;
        return at < numbers.Count && numbers[at] <= last;
    }
}
