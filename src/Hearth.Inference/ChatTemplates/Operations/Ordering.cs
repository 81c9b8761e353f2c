using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>Python's order: numbers by size, texts by code points, lists item by item; nothing else has one.</summary>
static class Ordering
{
    /// <summary>Less than, equal to or greater than zero; null where the numbers have no order (NaN).</summary>
    internal static int? Compare(Value left, Value right, Budget budget)
    {
        budget.Step();
        switch (left, right)
        {
            case (UndefinedValue undefined, _):
                throw undefined.Error();
            case (_, UndefinedValue undefined):
                throw undefined.Error();
            case (TextValue a, TextValue b):
                budget.Work(Math.Min(a.Text.Length, b.Text.Length));
                return CodePoints.Compare(a.Text, b.Text);
            case (ListValue a, ListValue b):
                return Compare(a.Items, b.Items, budget);
            case (TupleValue a, TupleValue b):
                return Compare(a.Items, b.Items, budget);
            default:
                return NumberText.IsNumber(left) && NumberText.IsNumber(right)
                    ? CompareNumbers(left, right)
                    : throw new ChatTemplateException($"values of the types {left.TypeName} and {right.TypeName} have no order");
        }
    }

    /// <summary>Exact, also between an integer and a float.</summary>
    internal static int? CompareNumbers(Value left, Value right)
    {
        if (left is not FloatValue && right is not FloatValue)
            return NumberText.AsInteger(left)!.Value.CompareTo(NumberText.AsInteger(right)!.Value);
        double a = NumberText.AsDouble(left), b = NumberText.AsDouble(right);
        if (double.IsNaN(a) || double.IsNaN(b))
            return null;
        if (a != b || (left is FloatValue && right is FloatValue) || double.IsInfinity(a))
            return a.CompareTo(b);
        return NumberText.AsInteger(left)!.Value.CompareTo(NumberText.AsInteger(right)!.Value);
    }

    static int? Compare(Value[] left, Value[] right, Budget budget)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            if (!ValueComparer.AreEqual(left[i], right[i], budget))
                return Compare(left[i], right[i], budget);
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Sorted by a key, equal ones in the order in which they came.</summary>
    internal static T[] Sorted<T>(T[] items, Func<T, Value> key, bool reverse, Budget budget)
    {
        budget.Items(4L * items.Length);
        var entries = new (Value Key, T Item)[items.Length];
        for (var i = 0; i < items.Length; i++)
            entries[i] = (key(items[i]), items[i]);
        // Python turns the list around before and after, which keeps equal items in order.
        var sign = reverse ? -1 : 1;
        MergeSort(entries, new (Value, T)[items.Length], (a, b) => sign * (Compare(a, b, budget) ?? 0) > 0);
        var sorted = new T[items.Length];
        for (var i = 0; i < items.Length; i++)
            sorted[i] = entries[i].Item;
        return sorted;
    }

    static void MergeSort<T>(Span<(Value Key, T Item)> items, Span<(Value Key, T Item)> spare, Func<Value, Value, bool> isAfter)
    {
        if (items.Length < 2)
            return;
        var middle = items.Length / 2;
        MergeSort(items[..middle], spare[..middle], isAfter);
        MergeSort(items[middle..], spare[middle..], isAfter);
        items.CopyTo(spare);
        var (left, right) = (0, middle);
        for (var i = 0; i < items.Length; i++)
        {
            var takeRight = left == middle || (right < items.Length && isAfter(spare[left].Key, spare[right].Key));
            items[i] = spare[takeRight ? right++ : left++];
        }
    }
}
