using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Filters that take sequences, or take values as they are.</summary>
static class SequenceFilters
{
    internal static Value Default(Interpreter _, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("default", 0, "default_value", "boolean");
        return value is UndefinedValue || (bound[1] is { IsTrue: true } && !value.IsTrue) ? bound[0] ?? TextValue.Empty : value;
    }

    internal static Value Length(Interpreter _, Value value, Arguments arguments)
    {
        arguments.Bind("length", 0, []);
        return IntValue.Of(Iteration.Length(value) ?? throw new ChatTemplateException($"object of type '{value.TypeName}' has no len()"));
    }

    internal static Value List(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("list", 0, []);
        return Concatenation.List(Iteration.All(value, interpreter.Budget), interpreter.Budget);
    }

    internal static Value First(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("first", 0, []);
        var items = Iteration.Start(value, interpreter.Budget);
        return items.MoveNext() ? items.Current : new UndefinedValue("there is no first item, the sequence was empty");
    }

    internal static Value Last(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("last", 0, []);
        if (value is IteratorValue)
            throw new ChatTemplateException($"'{value.TypeName}' object is not reversible");
        if (value is TextValue { Length: > 0 })
            return Lookup.Element(value, IntValue.Of(-1), interpreter.Budget);
        return Iteration.All(value, interpreter.Budget) is [.., var last] ? last : new UndefinedValue("there is no last item, the sequence was empty");
    }

    internal static Value Reverse(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("reverse", 0, []);
        if (value is TextValue)
            return Slicing.Slice(value, null, null, IntValue.Of(-1), interpreter.Budget);
        var items = Iteration.All(value, interpreter.Budget);
        interpreter.Budget.Items(items.Length);
        Value[] reversed = [.. items];
        Array.Reverse(reversed);
        return value is IteratorValue ? new ListValue(reversed) : Lazy("list_reverseiterator", value, reversed, interpreter.Budget);
    }

    /// <summary>Values that are made when they are asked for.</summary>
    internal static IteratorValue Lazy(string typeName, Value source, IEnumerable<Value> items, Budget budget)
    {
        budget.Allocate(250);
        return new(typeName, items.GetEnumerator(), budget.Nested(source.Depth + 1));
    }

    internal static Value Items(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("items", 0, []);
        return Lazy("generator", value, Entries(value, interpreter.Budget), interpreter.Budget);
    }

    static IEnumerable<Value> Entries(Value value, Budget budget)
    {
        if (value is UndefinedValue)
            yield break;
        if (value is not DictValue dict)
            throw new ChatTemplateException("items takes a mapping");
        foreach (var (key, entry) in dict.Entries)
        {
            budget.Allocate(64);
            yield return new TupleValue([key, entry]);
        }
    }

    internal static Value Join(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("join", 0, "d", "attribute");
        var separator = bound[0] is null ? "" : PythonText.Str(bound[0]!, interpreter.Budget);
        var attribute = bound[1] is null or NoneValue ? null : new AttributePath(bound[1]!, interpreter.Budget);
        var joined = new BoundedText(interpreter.Budget);
        var first = true;
        for (var items = Iteration.Start(value, interpreter.Budget); items.MoveNext(); first = false)
        {
            interpreter.Budget.Step();
            if (!first)
                joined.Append(separator);
            joined.Append(PythonText.Str(attribute is null ? items.Current : attribute.Of(items.Current), interpreter.Budget));
        }

        return new TextValue(joined.ToString());
    }

    internal static Value Sum(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("sum", 0, "attribute", "start");
        var attribute = bound[0] is null or NoneValue ? null : new AttributePath(bound[0]!, interpreter.Budget);
        var sum = bound[1] ?? IntValue.Of(0);
        if (sum is TextValue)
            throw new ChatTemplateException("sum can't add texts; use join");
        for (var items = Iteration.Start(value, interpreter.Budget); items.MoveNext();)
        {
            interpreter.Budget.Step();
            sum = Arithmetic.Apply(BinaryOperator.Add, sum, attribute is null ? items.Current : attribute.Of(items.Current), interpreter.Budget);
        }

        return sum;
    }

    internal static Value Attr(Interpreter _, Value value, Arguments arguments)
    {
        if (arguments.Bind("attr", 1, "name")[0] is not TextValue name)
            throw new ChatTemplateException("attr takes the name of an attribute");
        return Lookup.OfType(value, name.Text) ?? new UndefinedValue($"'{value.TypeName} object' has no such attribute");
    }

    internal static Value Batch(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("batch", 1, "linecount", "fill_with");
        return Lazy("generator", value, Batches(value, bound[0]!, bound[1], interpreter.Budget), interpreter.Budget);
    }

    static IEnumerable<Value> Batches(Value value, Value size, Value? fill, Budget budget)
    {
        var batch = new List<Value>();
        for (var items = Iteration.Start(value, budget); items.MoveNext();)
        {
            budget.Step();
            budget.Allocate(96);
            if (ValueComparer.AreEqual(IntValue.Of(batch.Count), size))
            {
                yield return Concatenation.List([.. batch], budget);
                batch.Clear();
            }

            batch.Add(items.Current);
        }

        if (batch.Count == 0)
            yield break;
        var missing = fill is null or NoneValue ? 0 : Math.Max(0, NumberText.Index(size, "the size of a batch") - batch.Count);
        budget.Items(2 * missing);
        for (; missing > 0; missing--)
            batch.Add(fill!);
        yield return Concatenation.List([.. batch], budget);
    }

    internal static Value Slice(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("slice", 1, "slices", "fill_with");
        return Lazy("generator", value, Slices(value, bound[0]!, bound[1], interpreter.Budget), interpreter.Budget);
    }

    /// <summary>The first slices are one longer where the items don't divide evenly; the others are filled up.</summary>
    static IEnumerable<Value> Slices(Value value, Value slices, Value? fill, Budget budget)
    {
        var items = Iteration.All(value, budget);
        var count = NumberText.Index(slices, "a number of slices");
        if (count == 0)
            throw new ChatTemplateException("division by zero");
        var start = 0;
        for (var i = 0; i < count; i++)
        {
            var isLonger = i < items.Length % count;
            var end = start + (int)(items.Length / count) + (isLonger ? 1 : 0);
            budget.Items(2L * (end - start + 4));
            budget.Step();
            yield return Concatenation.List(
                fill is null or NoneValue || isLonger ? items[start..end] : [.. items[start..end], fill], budget);
            start = end;
        }
    }
}
