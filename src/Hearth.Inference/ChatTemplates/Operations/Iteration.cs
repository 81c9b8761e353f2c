using System.Numerics;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>Walking through values: what <c>for</c>, <c>list</c> and <c>in</c> do.</summary>
static class Iteration
{
    /// <summary>The items of a value, made while they are asked for.</summary>
    internal static IEnumerator<Value> Start(Value value, Budget budget) => value switch
    {
        SequenceValue sequence => ((IEnumerable<Value>)sequence.Items).GetEnumerator(),
        TextValue text => Characters(text.Text, budget),
        DictValue dict => Enumerate(dict.Count, i => dict.Entries[i].Key, budget),
        DictViewValue view => Enumerate(view.Dict.Count, view.At, budget),
        RangeValue range => Enumerate(range.Count, i => range.At(i), budget),
        IteratorValue iterator => iterator.Items,
        UndefinedValue => Enumerate(0, _ => value, budget),
        _ => throw new ChatTemplateException($"'{value.TypeName}' object is not iterable"),
    };

    /// <summary>All items at once.</summary>
    internal static Value[] All(Value value, Budget budget)
    {
        if (value is SequenceValue sequence)
            return sequence.Items;
        var all = new List<Value>();
        for (var items = Start(value, budget); items.MoveNext();)
        {
            budget.Step();
            budget.Allocate(24);
            all.Add(items.Current);
        }

        return [.. all];
    }

    /// <summary>Python's <c>len</c>; null where a value has none.</summary>
    internal static int? Length(Value value) => value switch
    {
        TextValue text => text.Length,
        SequenceValue sequence => sequence.Items.Length,
        DictValue dict => dict.Count,
        DictViewValue view => view.Dict.Count,
        RangeValue range => range.Count,
        UndefinedValue => 0,
        _ => null,
    };

    /// <summary>Python's <c>in</c>.</summary>
    internal static bool Contains(Value container, Value sought, Budget budget)
    {
        switch (container)
        {
            case TextValue text:
                if (sought is not TextValue part)
                    throw sought is UndefinedValue undefined ? undefined.Error() : new ChatTemplateException($"'in <string>' requires string as left operand, not {sought.TypeName}");
                budget.Search(text.Text.Length, part.Text.Length);
                return text.Text.Contains(part.Text, StringComparison.Ordinal);
            case DictValue dict:
                return dict.Get(sought) is not null;
            case DictViewValue { Part: DictPart.Keys } keys:
                return keys.Dict.Get(sought) is not null;
            case RangeValue range when sought is IntValue or BoolValue:
                var distance = NumberText.AsInteger(sought)!.Value - range.Start;
                return BigInteger.Remainder(distance, range.Step).IsZero && distance / range.Step is var index && index.Sign >= 0 && index < range.Count;
            default:
                return Find(container, sought, budget);
        }
    }

    static bool Find(Value container, Value sought, Budget budget)
    {
        for (var items = Start(container, budget); items.MoveNext();)
        {
            budget.Step();
            if (ReferenceEquals(items.Current, sought) || ValueComparer.AreEqual(items.Current, sought, budget))
                return true;
        }

        return false;
    }

    static IEnumerator<Value> Characters(string text, Budget budget)
    {
        foreach (var character in CodePoints.Each(text))
        {
            budget.Allocate(80);
            yield return new TextValue(character);
        }
    }

    static IEnumerator<Value> Enumerate(int count, Func<int, Value> item, Budget budget)
    {
        for (var i = 0; i < count; i++)
        {
            budget.Allocate(64);
            yield return item(i);
        }
    }
}
