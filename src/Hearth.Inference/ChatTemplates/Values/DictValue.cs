using Hearth.Inference.ChatTemplates.Operations;

namespace Hearth.Inference.ChatTemplates.Values;

/// <summary>An object: keys in the order in which they came.</summary>
sealed class DictValue : Value
{
    /// <summary>Hashing and comparing a key costs no steps, so it must be little work.</summary>
    const int MostInKey = 64;

    readonly OrderedDictionary<Value, Value> _entries;
    int _depth = 1;
    long _weight = 1;

    internal DictValue(int capacity = 0) => _entries = new(capacity, ValueComparer.Instance);

    internal int Count => _entries.Count;

    internal IReadOnlyList<KeyValuePair<Value, Value>> Entries => _entries;

    internal override string TypeName => "dict";

    internal override bool IsTrue => _entries.Count > 0;

    internal override int Depth => _depth;

    internal override long Weight => _weight;

    /// <summary>Only while the object is made.</summary>
    internal void Set(Value key, Value value)
    {
        Hashable(key);
        _entries[key] = value;
        _depth = Math.Max(_depth, 1 + Math.Max(key.Depth, value.Depth));
        _weight = Sum(_weight, key.Weight + value.Weight);
    }

    internal Value? Get(Value key)
    {
        Hashable(key);
        return _entries.TryGetValue(key, out var value) ? value : null;
    }

    /// <summary>Lists, objects and what holds them can't be keys.</summary>
    internal static void Hashable(Value key)
    {
        if (key is ListValue or DictValue or DictViewValue)
            throw new ChatTemplateException($"unhashable type: '{key.TypeName}'");
        if (key is TupleValue tuple)
        {
            if (tuple.Weight > MostInKey)
                throw new ChatTemplateException($"a tuple of more than {MostInKey} values can't be a key here");
            foreach (var item in tuple.Items)
                Hashable(item);
        }
    }
}

/// <summary>Which part of an object a view shows.</summary>
enum DictPart
{
    Keys,
    Values,
    Items,
}

/// <summary>What <c>keys()</c>, <c>values()</c> and <c>items()</c> give.</summary>
sealed class DictViewValue(DictValue dict, DictPart part) : Value
{
    internal DictValue Dict => dict;

    internal DictPart Part => part;

    internal override string TypeName => part switch
    {
        DictPart.Keys => "dict_keys",
        DictPart.Values => "dict_values",
        _ => "dict_items",
    };

    internal override bool IsTrue => dict.IsTrue;

    internal override int Depth => dict.Depth + 1;

    internal override long Weight => dict.Weight;

    internal Value At(int index)
    {
        var (key, value) = dict.Entries[index];
        return part switch { DictPart.Keys => key, DictPart.Values => value, _ => new TupleValue([key, value]) };
    }
}
