using System.Text;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary><c>value[start:stop:step]</c> by Python's rules, with negative bounds and steps.</summary>
static class Slicing
{
    internal static Value Slice(Value value, Value? start, Value? stop, Value? step, Budget budget)
    {
        if (value is UndefinedValue undefined)
            throw undefined.Error();
        if (value is not (TextValue or SequenceValue or RangeValue))
            throw new ChatTemplateException($"'{value.TypeName}' object can't be sliced");
        var (first, by, count) = Resolve(Iteration.Length(value)!.Value, Bound(start), Bound(stop), Bound(step) ?? 1);
        switch (value)
        {
            case TextValue text:
                budget.Text(count);
                return text.With(text.IsSimple ? Units(text.Text, first, by, count) : Points(text.Text, first, by, count, budget));
            case RangeValue range:
                return new RangeValue(
                    range.Start + (first * range.Step), range.Start + ((first + (count * by)) * range.Step), by * range.Step, (int)count);
            default:
                budget.Items(count);
                var items = new Value[count];
                for (var i = 0; i < count; i++)
                    items[i] = ((SequenceValue)value).Items[first + (i * by)];
                return value is ListValue ? new ListValue(items) : new TupleValue(items);
        }
    }

    static long? Bound(Value? bound) => bound is null or NoneValue ? null : NumberText.Index(bound, "a slice index");

    /// <summary>The first index, the step, and how many indexes there are.</summary>
    static (long First, long Step, long Count) Resolve(int length, long? start, long? stop, long step)
    {
        if (step == 0)
            throw new ChatTemplateException("slice step cannot be zero");
        var (low, high) = step > 0 ? (0, length) : (-1, length - 1);
        var first = Clamp(start, step > 0 ? low : high);
        var end = Clamp(stop, step > 0 ? high : low);
        var span = step > 0 ? end - first : first - end;
        return (first, step, span <= 0 ? 0 : ((span - 1) / Math.Abs(step)) + 1);

        long Clamp(long? bound, long absent) => bound is not { } index ? absent : Math.Clamp(index < 0 ? index + length : index, low, high);
    }

    static string Units(string text, long first, long step, long count)
    {
        if (step == 1)
            return text.Substring((int)first, (int)count);
        var units = new char[count];
        for (var i = 0; i < count; i++)
            units[i] = text[(int)(first + (i * step))];
        return new(units);
    }

    static string Points(string text, long first, long step, long count, Budget budget)
    {
        budget.Allocate(4L * text.Length);
        budget.Work(4L * text.Length);
        var runes = new List<Rune>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            runes.Add(rune);
        var sliced = new StringBuilder();
        for (var i = 0; i < count; i++)
            sliced.Append(runes[(int)(first + (i * step))].ToString());
        return sliced.ToString();
    }
}
