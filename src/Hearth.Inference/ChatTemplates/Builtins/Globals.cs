using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>The functions that every template sees unless it has variables of these names.</summary>
static class Globals
{
    static readonly Dictionary<string, FunctionValue> Table = new(StringComparer.Ordinal)
    {
        ["range"] = new("type", Range),
        ["dict"] = new("type", Dict),
        ["namespace"] = new("type", (interpreter, arguments) => new NamespaceValue(Dict(interpreter, arguments))),
        ["cycler"] = new("type", (_, arguments) => arguments.Positional.Length > 0
            ? new CyclerValue(arguments.Positional)
            : throw new ChatTemplateException("at least one item has to be provided")),
        ["joiner"] = new("type", (_, arguments) => new JoinerValue(arguments.Bind("joiner", 0, "sep")[0] ?? new TextValue(", "))),
        ["lipsum"] = new("function", (_, _) => throw new ChatTemplateException("lipsum() is refused: a prompt holds no chance text")),
        ["raise_exception"] = new("function", Raise),
        ["strftime_now"] = new("function", (interpreter, arguments) => arguments.Bind("strftime_now", 1, "format")[0] is TextValue format
            ? new TextValue(TimeText.Format(interpreter.Now, format.Text, interpreter.Budget))
            : throw new ChatTemplateException("strftime_now() takes a text")),
    };

    internal static Value? Find(string name) => Table.GetValueOrDefault(name);

    static Value Raise(Interpreter interpreter, Arguments arguments)
        => throw ChatTemplateException.Raised(PythonText.Str(arguments.Bind("raise_exception", 1, "message")[0]!, interpreter.Budget), interpreter.Line);

    static RangeValue Range(Interpreter interpreter, Arguments arguments)
    {
        var bound = arguments.Bind("range", 1, 3);
        var start = bound[1] is null ? 0 : NumberText.Index(bound[0]!, "the start of a range");
        var stop = NumberText.Index(bound[1] ?? bound[0]!, "the end of a range");
        var step = bound[2] is null ? 1 : NumberText.Index(bound[2]!, "the step of a range");
        if (step == 0)
            throw new ChatTemplateException("range() arg 3 must not be zero");
        var span = step > 0 ? stop - start : start - stop;
        var count = span <= 0 ? 0 : ((span - 1) / Math.Abs(step)) + 1;
        return count <= RangeValue.Longest
            ? new(start, stop, step, (int)count)
            : throw new ChatTemplateException($"a range has more than {RangeValue.Longest} items");
    }

    static DictValue Dict(Interpreter interpreter, Arguments arguments)
    {
        var entries = arguments.Positional switch
        {
            [] => [],
            [DictValue dict] => dict.Entries,
            [var pairs] => [.. Iteration.All(pairs, interpreter.Budget).Select(pair => Pair(pair, interpreter.Budget))],
            _ => throw new ChatTemplateException("dict() takes at most one argument without a name"),
        };
        interpreter.Budget.Items(10L * (entries.Count + arguments.Named.Length));
        var made = new DictValue(entries.Count);
        foreach (var (key, value) in entries)
            made.Set(key, value);
        foreach (var (name, value) in arguments.Named)
            made.Set(new TextValue(name), value);
        interpreter.Budget.Nested(made.Depth);
        return made;
    }

    static KeyValuePair<Value, Value> Pair(Value pair, Budget budget) => Iteration.All(pair, budget) is [var key, var value]
        ? KeyValuePair.Create(key, value)
        : throw new ChatTemplateException("dict() takes pairs of a key and a value");
}
