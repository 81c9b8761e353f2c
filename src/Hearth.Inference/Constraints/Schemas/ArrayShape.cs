namespace Hearth.Inference.Constraints.Schemas;

/// <summary>An array: its first items one by one, then all others alike.</summary>
/// <param name="first">The first items.</param>
/// <param name="others">What each item after them is.</param>
/// <param name="least">Items at least.</param>
/// <param name="most">Items at most.</param>
sealed class ArrayShape(IReadOnlyList<Value> first, Value others, int least, int? most) : IShape
{
    readonly Dictionary<int, Node> _items = [], _ends = [];

    // From here on all places are alike, unless something counts them.
    int Alike => Math.Max(first.Count, least);

    public bool IsPossible() => !(most < least) && Enumerable.Range(0, Math.Min(least, first.Count + 1)).All(i => At(i).IsPossible);

    public Node ToNode()
    {
        var end = Punctuation.Sign("]", Node.Return);
        var item = CanHave(0) ? Item(0) : null;
        return Punctuation.Sign("[", Punctuation.Space(item is null ? end : least == 0 ? new Either([item, end]) : item));
    }

    Value At(int index) => index < first.Count ? first[index] : others;

    bool CanHave(int index) => !(index >= most) && At(index).IsPossible;

    Node Item(int index)
    {
        index = most is null ? Math.Min(index, Alike) : index;
        if (!_items.TryGetValue(index, out var node))
            _items[index] = node = new Call(() => At(index).Node, new Later(() => Punctuation.Space(After(index + 1))));
        return node;
    }

    /// <summary>After so many items.</summary>
    Node After(int count)
    {
        count = most is null ? Math.Min(count, Alike + 1) : count;
        if (_ends.TryGetValue(count, out var node))
            return node;
        var more = CanHave(count) ? Punctuation.Sign(",", Punctuation.Space(new Later(() => Item(count)))) : null;
        var end = count >= least ? Punctuation.Sign("]", Node.Return) : null;
        return _ends[count] = more is null ? end! : end is null ? more : new Either([more, end]);
    }
}
