using Hearth.Inference.ChatTemplates.Builtins;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Operations;

/// <summary><c>value.name</c> and <c>value[key]</c>: the first looks at Python's attributes before the items, the second the other way round.</summary>
static class Lookup
{
    /// <summary><c>value.name</c>.</summary>
    internal static Value Attribute(Value value, TextValue name, Budget budget)
        => OfType(value, name.Text) ?? Item(value, name, budget) ?? Missing(value, name, budget);

    /// <summary><c>value[key]</c>.</summary>
    internal static Value Element(Value value, Value key, Budget budget)
    {
        if (value is UndefinedValue undefined)
            throw undefined.Error();
        if (Item(value, key, budget) is { } item)
            return item;
        return (key is TextValue name ? OfType(value, name.Text) : null) ?? Missing(value, key, budget);
    }

    /// <summary>What Python's type gives every value of it: methods, and a few attributes.</summary>
    internal static Value? OfType(Value value, string name)
    {
        if (value is UndefinedValue undefined)
            throw undefined.Error();
        if (Methods.IsForbidden(value, name))
            return new UndefinedValue($"'{value.TypeName} object' has attributes that change it or reach into the host; templates may not use them");
        return Methods.Find(value, name) ?? Own(value, name);
    }

    static Value? Own(Value value, string name) => value switch
    {
        NamespaceValue space => space.Attributes.Get(new TextValue(name)),
        LoopValue loop => loop.Attribute(name),
        MacroValue macro => macro.Attribute(name),
        CyclerValue { } cycler when name == "current" => cycler.Current,
        TupleValue tuple when Array.IndexOf(tuple.Names, name) is >= 0 and var index => tuple.Items[index],
        RangeValue range => name switch
        {
            "start" => IntValue.Of(range.Start),
            "stop" => IntValue.Of(range.Stop),
            "step" => IntValue.Of(range.Step),
            _ => null,
        },
        _ => null,
    };

    /// <summary>An item by key or index, null where there is none.</summary>
    static Value? Item(Value value, Value key, Budget budget)
    {
        if (value is DictValue dict)
            return key is ListValue or DictValue ? null : dict.Get(key);
        if (key is not (IntValue or BoolValue) || value is not (SequenceValue or TextValue or RangeValue))
            return null;
        var length = Iteration.Length(value)!.Value;
        var index = NumberText.Index(key, "an index");
        if (index < 0)
            index += length;
        if (index < 0 || index >= length)
            return null;
        return value switch
        {
            SequenceValue sequence => sequence.Items[index],
            TextValue text => Character(text, (int)index, budget),
            _ => ((RangeValue)value).At(index),
        };
    }

    static TextValue Character(TextValue text, int index, Budget budget)
    {
        budget.Work(text.IsSimple ? 1 : text.Text.Length);
        var offset = text.IsSimple ? index : CodePoints.Offset(text.Text, index);
        return text.With(text.Text.Substring(offset, CodePoints.SizeAt(text.Text, offset)));
    }

    /// <summary>A key may be a text of the conversation, which an error must not tell; so only the names that stand in the source are told.</summary>
    static UndefinedValue Missing(Value value, Value key, Budget budget)
    {
        budget.Allocate(128);
        return key is TextValue { IsFromSource: true } name
            ? new($"'{Named(value)}' has no attribute '{name.Text}'")
            : new($"'{Named(value)}' has no such element");
    }

    static string Named(Value value) => value is NoneValue ? "None" : value.TypeName + " object";
}
