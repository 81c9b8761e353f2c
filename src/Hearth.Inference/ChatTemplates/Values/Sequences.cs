namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>A list or a tuple. Templates can't change either, so the items are an array.</summary>
abstract class SequenceValue(Value[] items) : Value
{
    int _depth;
    long _weight;

    internal Value[] Items => items;

    internal override bool IsTrue => items.Length > 0;

    internal override int Depth => _depth > 0 ? _depth : _depth = Deepest(items) + 1;

    internal override long Weight => _weight > 0 ? _weight : _weight = Total(items);

    static long Total(Value[] items)
    {
        var total = 1L;
        foreach (var item in items)
            total = Sum(total, item.Weight);
        return total;
    }

    static int Deepest(Value[] items)
    {
        var deepest = 0;
        foreach (var item in items)
            deepest = Math.Max(deepest, item.Depth);
        return deepest;
    }
}

/// <summary>A list.</summary>
sealed class ListValue(Value[] items) : SequenceValue(items)
{
    internal override string TypeName => "list";
}

/// <summary>A tuple; <paramref name="names"/> are the attributes of a named one.</summary>
sealed class TupleValue(Value[] items, string[]? names = null) : SequenceValue(items)
{
    internal string[] Names => names ?? [];

    internal override string TypeName => "tuple";
}

/// <summary>The integers from <paramref name="start"/> in steps, <paramref name="count"/> of them.</summary>
sealed class RangeValue(long start, long stop, long step, int count) : Value
{
    /// <summary>The longest range of Jinja's sandbox.</summary>
    internal const int Longest = 100_000;

    internal long Start => start;

    internal long Stop => stop;

    internal long Step => step;

    internal int Count => count;

    internal override string TypeName => "range";

    internal override bool IsTrue => count > 0;

    internal Value At(long index) => IntValue.Of(start + (index * step));
}

/// <summary>Values that are made while they are asked for, once: what most filters on sequences give.</summary>
/// <param name="typeName">What Python calls it.</param>
/// <param name="items">The values to come.</param>
/// <param name="depth">One more than that of the values it draws on, so that chains of filters are bounded.</param>
sealed class IteratorValue(string typeName, IEnumerator<Value> items, int depth) : Value
{
    internal IEnumerator<Value> Items => items;

    internal override string TypeName => typeName;

    internal override int Depth => depth;
}
