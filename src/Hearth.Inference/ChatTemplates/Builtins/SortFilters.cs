using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Filters that order items or compare them; texts without regard to case, unless they are told to.</summary>
static class SortFilters
{
    internal static Value Sort(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("sort", 0, "reverse", "case_sensitive", "attribute");
        var budget = interpreter.Budget;
        AttributePath[] paths = bound[2] is TextValue several
            ? [.. several.Text.Split(',').Select(path => new AttributePath(new TextValue(path), budget))]
            : [new(bound[2], budget)];
        var folds = !(bound[1] is { IsTrue: true });
        return new ListValue(Ordering.Sorted(Iteration.All(value, budget), Key, IsReversed(bound[0]), budget));

        Value Key(Value item)
        {
            budget.Items(paths.Length);
            return new ListValue([.. paths.Select(path => Folded(path.Of(item), folds, budget))]);
        }
    }

    internal static Value DictSort(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("dictsort", 0, "case_sensitive", "by", "reverse");
        var by = bound[1] is null ? "key" : (bound[1] as TextValue)?.Text;
        if (by is not ("key" or "value"))
            throw new ChatTemplateException("dictsort sorts by 'key' or by 'value'");
        if (value is not DictValue dict)
            throw value is UndefinedValue undefined ? undefined.Error() : new ChatTemplateException($"dictsort takes a mapping, not {value.TypeName}");
        var budget = interpreter.Budget;
        var folds = !(bound[0] is { IsTrue: true });
        budget.Items(12L * dict.Count);
        var sorted = Ordering.Sorted([.. dict.Entries], e => Folded(by == "key" ? e.Key : e.Value, folds, budget), IsReversed(bound[2]), budget);
        return Concatenation.List([.. sorted.Select(e => new TupleValue([e.Key, e.Value]))], budget);
    }

    static bool IsReversed(Value? reverse) => reverse is not null && NumberText.Index(reverse, "reverse") != 0;

    internal static Value Min(Interpreter interpreter, Value value, Arguments arguments) => Extreme(interpreter, value, arguments, sign: -1);

    internal static Value Max(Interpreter interpreter, Value value, Arguments arguments) => Extreme(interpreter, value, arguments, sign: 1);

    /// <summary>The first of the items that are largest, or with the sign −1 smallest.</summary>
    static Value Extreme(Interpreter interpreter, Value value, Arguments arguments, int sign)
    {
        var bound = arguments.Bind("min or max", 0, "case_sensitive", "attribute");
        var path = new AttributePath(bound[1], interpreter.Budget);
        Value? best = null, bestKey = null;
        for (var items = Iteration.Start(value, interpreter.Budget); items.MoveNext();)
        {
            var key = Folded(path.Of(items.Current), !(bound[0] is { IsTrue: true }), interpreter.Budget);
            if (bestKey is null || sign * Ordering.Compare(key, bestKey, interpreter.Budget) > 0)
                (best, bestKey) = (items.Current, key);
        }

        return best ?? new UndefinedValue("there is no item to choose, the sequence was empty");
    }

    internal static Value Unique(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("unique", 0, "case_sensitive", "attribute");
        return SequenceFilters.Lazy("generator", value, Distinct(value, bound, interpreter.Budget), interpreter.Budget);
    }

    static IEnumerable<Value> Distinct(Value value, Value?[] bound, Budget budget)
    {
        var path = new AttributePath(bound[1], budget);
        var seen = new HashSet<Value>(ValueComparer.Instance);
        for (var items = Iteration.Start(value, budget); items.MoveNext();)
        {
            var key = Folded(path.Of(items.Current), !(bound[0] is { IsTrue: true }), budget);
            DictValue.Hashable(key);
            budget.Allocate(64);
            budget.Step();
            if (seen.Add(key))
                yield return items.Current;
        }
    }

    internal static Value GroupBy(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("groupby", 1, "attribute", "default", "case_sensitive");
        var budget = interpreter.Budget;
        var path = new AttributePath(bound[0], budget, bound[1]);
        var folds = !(bound[2] is { IsTrue: true });
        var groups = new List<Value>();
        var group = new List<Value>();
        Value? current = null;
        foreach (var item in Ordering.Sorted(Iteration.All(value, budget), item => Folded(path.Of(item), folds, budget), reverse: false, budget))
        {
            budget.Allocate(200);
            var key = Folded(path.Of(item), folds, budget);
            if (current is not null && !ValueComparer.AreEqual(key, current, budget))
                Close();
            current = key;
            group.Add(item);
        }

        if (group.Count > 0)
            Close();
        return Concatenation.List([.. groups], budget);

        void Close()
        {
            groups.Add(new TupleValue([path.Of(group[0]), new ListValue([.. group])], ["grouper", "list"]));
            group.Clear();
        }
    }

    /// <summary>Texts in lower case, where case doesn't matter.</summary>
    static Value Folded(Value value, bool folds, Budget budget)
    {
        if (!folds || value is not TextValue text)
            return value;
        budget.Text(2L * text.Text.Length);
        return text.With(CaseText.Lower(text.Text));
    }
}
