using System.Numerics;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>What a method does with its value.</summary>
delegate Value Method<T>(Interpreter interpreter, T self, Arguments arguments);

/// <summary>The methods of Python's types that leave the value as it is; those that change it are forbidden, as in Jinja's immutable sandbox.</summary>
static class Methods
{
    static readonly Dictionary<string, Method<DictValue>> OfDict = new(StringComparer.Ordinal)
    {
        ["get"] = (_, dict, arguments) => arguments.Bind("get", 1, 2) is var bound && dict.Get(bound[0]!) is { } value ? value : bound[1] ?? NoneValue.Instance,
        ["keys"] = View(DictPart.Keys),
        ["values"] = View(DictPart.Values),
        ["items"] = View(DictPart.Items),
        ["copy"] = (_, dict, _) => dict,
    };

    static readonly Dictionary<string, Method<SequenceValue>> OfSequence = new(StringComparer.Ordinal)
    {
        ["count"] = Count,
        ["index"] = Index,
    };

    /// <summary>Python's names of what changes a list.</summary>
    static readonly string[] ChangesList = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"];

    /// <summary>Python's names of what changes a dict.</summary>
    static readonly string[] ChangesDict = ["clear", "pop", "popitem", "setdefault", "update"];

    /// <summary>A method together with its value; null where the type has none of this name.</summary>
    internal static Value? Find(Value value, string name) => value switch
    {
        TextValue text => Bound(TextMethods.Find(name), text),
        DictValue dict => Bound(OfDict.GetValueOrDefault(name), dict),
        ListValue list when name == "copy" => Bound((_, self, _) => self, list),
        SequenceValue sequence => Bound(OfSequence.GetValueOrDefault(name), sequence),
        FloatValue number when name == "is_integer" => Bound((_, self, _) => BoolValue.Of(double.IsInteger(self.Number)), number),
        IntValue number when name == "bit_length" => Bound((_, self, _) => IntValue.Of((long)BigInteger.Abs(self.Number).GetBitLength()), number),
        CyclerValue cycler when name == "next" => Bound((_, self, _) => self.Next(), cycler),
        CyclerValue cycler when name == "reset" => Bound(Reset, cycler),
        _ => null,
    };

    /// <summary>Whether Python has the attribute but templates may not see it.</summary>
    internal static bool IsForbidden(Value value, string name) => value switch
    {
        ListValue when ChangesList.Contains(name) => true,
        DictValue when ChangesDict.Contains(name) => true,
        _ => name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal),
    };

    static FunctionValue? Bound<T>(Method<T>? method, T self) where T : Value
        => method is null ? null : new("builtin_function_or_method", (interpreter, arguments) => method(interpreter, self, arguments));

    static Method<DictValue> View(DictPart part) => (_, dict, arguments) =>
    {
        arguments.Bind("a view", 0, 0);
        return new DictViewValue(dict, part);
    };

    static IntValue Count(Interpreter interpreter, SequenceValue sequence, Arguments arguments)
    {
        var sought = arguments.Bind("count", 1, 1)[0]!;
        var count = 0;
        foreach (var item in sequence.Items)
        {
            interpreter.Budget.Step();
            count += ReferenceEquals(item, sought) || ValueComparer.AreEqual(item, sought, interpreter.Budget) ? 1 : 0;
        }

        return IntValue.Of(count);
    }

    static IntValue Index(Interpreter interpreter, SequenceValue sequence, Arguments arguments)
    {
        var bound = arguments.Bind("index", 1, 3);
        var length = sequence.Items.Length;
        var end = At(bound[2], length);
        for (var i = At(bound[1], 0); i < end; i++)
        {
            interpreter.Budget.Step();
            if (ReferenceEquals(sequence.Items[i], bound[0]) || ValueComparer.AreEqual(sequence.Items[i], bound[0]!, interpreter.Budget))
                return IntValue.Of(i);
        }

        throw new ChatTemplateException("index(): the value is not in the sequence");

        long At(Value? bound, long absent) => bound is null ? absent
            : NumberText.Index(bound, "a bound") is var index && index < 0 ? Math.Max(0, index + length) : Math.Min(index, length);
    }

    static Value Reset(Interpreter interpreter, CyclerValue cycler, Arguments arguments)
    {
        cycler.Reset();
        return NoneValue.Instance;
    }
}
