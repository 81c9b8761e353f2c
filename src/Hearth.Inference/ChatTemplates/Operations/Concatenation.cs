using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary>Joining and repeating texts and sequences; the result is paid for before it is made.</summary>
static class Concatenation
{
    /// <summary>left + right; null where Python has no such sum.</summary>
    internal static Value? Add(Value left, Value right, Budget budget) => (left, right) switch
    {
        (TextValue a, TextValue b) => Add(a, b, budget),
        (ListValue a, ListValue b) => List(Join(a.Items, b.Items, budget), budget),
        (TupleValue a, TupleValue b) => new TupleValue(Join(a.Items, b.Items, budget)),
        _ => null,
    };

    /// <summary>left · right with a count on either side; null where Python has no such product.</summary>
    internal static Value? Repeat(Value left, Value right, Budget budget)
    {
        if (left is not (IntValue or BoolValue))
            (left, right) = (right, left);
        if (left is not (IntValue or BoolValue))
            return null;
        var count = Math.Max(0, NumberText.Index(left, "a count"));
        switch (right)
        {
            case TextValue text:
                budget.Text(count * text.Text.Length);
                return text.With(string.Concat(Enumerable.Repeat(text.Text, text.Text.Length == 0 ? 0 : (int)count)));
            case ListValue list:
                return new ListValue(Repeat(list.Items, count, budget));
            case TupleValue tuple:
                return new TupleValue(Repeat(tuple.Items, count, budget));
            default:
                return null;
        }
    }

    /// <summary>A list, unless it nests too deep.</summary>
    internal static ListValue List(Value[] items, Budget budget)
    {
        var list = new ListValue(items);
        budget.Nested(list.Depth);
        return list;
    }

    static TextValue Add(TextValue left, TextValue right, Budget budget)
    {
        if (left.IsMarkup || right.IsMarkup)
            (left, right) = (HtmlText.Escape(left, budget), HtmlText.Escape(right, budget));
        budget.Text((long)left.Text.Length + right.Text.Length);
        return left.With(left.Text + right.Text);
    }

    static Value[] Join(Value[] left, Value[] right, Budget budget)
    {
        budget.Items((long)left.Length + right.Length);
        return [.. left, .. right];
    }

    static Value[] Repeat(Value[] items, long count, Budget budget)
    {
        budget.Items(count * items.Length);
        var repeated = new Value[items.Length == 0 ? 0 : count * items.Length];
        for (var i = 0; i < repeated.Length; i++)
            repeated[i] = items[i % items.Length];
        return repeated;
    }
}
