using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Filters that apply a filter or a test, by its name, to every item.</summary>
static class SelectionFilters
{
    internal static Value Map(Interpreter interpreter, Value value, Arguments arguments) => Lazy(interpreter, value, () => Mapper(interpreter, arguments));

    internal static Value Select(Interpreter interpreter, Value value, Arguments arguments) => Chosen(interpreter, value, arguments, byAttribute: false, wanted: true);

    internal static Value Reject(Interpreter interpreter, Value value, Arguments arguments) => Chosen(interpreter, value, arguments, byAttribute: false, wanted: false);

    internal static Value SelectAttr(Interpreter interpreter, Value value, Arguments arguments) => Chosen(interpreter, value, arguments, byAttribute: true, wanted: true);

    internal static Value RejectAttr(Interpreter interpreter, Value value, Arguments arguments) => Chosen(interpreter, value, arguments, byAttribute: true, wanted: false);

    /// <summary>Nothing happens, not even an error, before the first item is asked for, and nothing at all for what is false.</summary>
    static IteratorValue Lazy(Interpreter interpreter, Value value, Func<Func<Value, Value?>> prepare)
        => SequenceFilters.Lazy("generator", value, Each(interpreter, value, prepare), interpreter.Budget);

    static IEnumerable<Value> Each(Interpreter interpreter, Value value, Func<Func<Value, Value?>> prepare)
    {
        if (!value.IsTrue)
            yield break;
        var apply = prepare();
        for (var items = Iteration.Start(value, interpreter.Budget); items.MoveNext();)
        {
            interpreter.Budget.Step();
            if (apply(items.Current) is { } result)
                yield return result;
        }
    }

    static Func<Value, Value?> Mapper(Interpreter interpreter, Arguments arguments)
    {
        if (arguments.Positional.Length == 0 && Array.Exists(arguments.Named, n => n.Key == "attribute"))
        {
            var bound = arguments.Bind("map", 0, "attribute", "default");
            return new AttributePath(bound[0], interpreter.Budget, bound[1]).Of;
        }

        if (arguments.Positional is not [TextValue name, .. var rest])
            throw new ChatTemplateException("map takes the name of a filter, or an attribute");
        var filter = Filters.Find(name.Text) ?? throw new ChatTemplateException("map names a filter that doesn't exist");
        var forwarded = new Arguments(rest, arguments.Named);
        return item => filter(interpreter, item, forwarded);
    }

    static IteratorValue Chosen(Interpreter interpreter, Value value, Arguments arguments, bool byAttribute, bool wanted) => Lazy(interpreter, value, () =>
    {
        var rest = arguments.Positional;
        if (byAttribute && rest.Length == 0)
            throw new ChatTemplateException("the name of the attribute is missing");
        var path = byAttribute ? new AttributePath(rest[0], interpreter.Budget) : null;
        var holds = Tester(interpreter, rest[(byAttribute ? 1 : 0)..], arguments.Named);
        return item => holds(path is null ? item : path.Of(item)) == wanted ? item : null;
    });

    static Func<Value, bool> Tester(Interpreter interpreter, Value[] test, KeyValuePair<string, Value>[] named)
    {
        if (test.Length == 0)
            return item => item.IsTrue;
        var found = (test[0] is TextValue name ? Tests.Find(name.Text) : null) ?? throw new ChatTemplateException("a selection names a test that doesn't exist");
        var forwarded = new Arguments(test[1..], named);
        return item => found(interpreter, item, forwarded);
    }
}
