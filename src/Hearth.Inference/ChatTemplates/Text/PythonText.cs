using System.Globalization;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>What values look like when they are printed: Python's <c>str</c> and <c>repr</c>.</summary>
static class PythonText
{
    /// <summary>Python's <c>str</c>: a text as it is, nothing for what is undefined, all else as <c>repr</c>.</summary>
    internal static string Str(Value value, Budget budget)
    {
        switch (value)
        {
            case TextValue text:
                return text.Text;
            case UndefinedValue:
                return "";
            case BoolValue truth:
                return truth.IsTrue ? "True" : "False";
            case NoneValue:
                return "None";
            default:
                var into = new BoundedText(budget);
                Repr(value, into, budget);
                return into.ToString();
        }
    }

    /// <summary>Python's <c>repr</c>, written to the end of a text.</summary>
    internal static void Repr(Value value, BoundedText into, Budget budget)
    {
        budget.Step();
        switch (value)
        {
            case TextValue text:
                Quoted(text, into);
                break;
            case IntValue number:
                budget.Product(number.Number, number.Number);
                into.Append(number.Number.ToString(CultureInfo.InvariantCulture));
                break;
            case FloatValue number:
                into.Append(FloatText.Repr(number.Number));
                break;
            case ListValue list:
                Items(list.Items, "[", "]", into, budget);
                break;
            case TupleValue tuple:
                Items(tuple.Items, "(", tuple.Items.Length == 1 ? ",)" : ")", into, budget);
                break;
            case DictValue dict:
                Entries(dict, into, budget);
                break;
            case DictViewValue view:
                into.Append(view.TypeName).Append("(");
                Items([.. Enumerable.Range(0, view.Dict.Count).Select(view.At)], "[", "]", into, budget);
                into.Append(")");
                break;
            case RangeValue range:
                into.Append(CultureInfo.InvariantCulture, range);
                break;
            case NamespaceValue space:
                budget.Enter();
                into.Append("<Namespace ");
                Entries(space.Attributes, into, budget);
                into.Append(">");
                budget.Leave();
                break;
            case UndefinedValue:
                into.Append("Undefined");
                break;
            case BoolValue or NoneValue:
                into.Append(Str(value, budget));
                break;
            case MacroValue macro:
                into.Append(macro.Name is null ? "<Macro anonymous>" : $"<Macro '{macro.Name}'>");
                break;
            default:
                // Python prints an address here, which no template can mean.
                into.Append($"<{value.TypeName} object>");
                break;
        }
    }

    static BoundedText Append(this BoundedText into, CultureInfo culture, RangeValue range) => range.Step == 1
        ? into.Append(string.Create(culture, $"range({range.Start}, {range.Stop})"))
        : into.Append(string.Create(culture, $"range({range.Start}, {range.Stop}, {range.Step})"));

    static void Items(ReadOnlySpan<Value> items, string open, string close, BoundedText into, Budget budget)
    {
        into.Append(open);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                into.Append(", ");
            Repr(items[i], into, budget);
        }

        into.Append(close);
    }

    static void Entries(DictValue dict, BoundedText into, Budget budget)
    {
        into.Append('{');
        for (var i = 0; i < dict.Count; i++)
        {
            if (i > 0)
                into.Append(", ");
            Repr(dict.Entries[i].Key, into, budget);
            into.Append(": ");
            Repr(dict.Entries[i].Value, into, budget);
        }

        into.Append('}');
    }

    static void Quoted(TextValue value, BoundedText into)
    {
        if (value.IsMarkup)
            into.Append("Markup(");
        Quoted(value.Text, into);
        if (value.IsMarkup)
            into.Append(")");
    }

    /// <summary>A text between quotes: single ones, unless it holds single and no double ones.</summary>
    static void Quoted(string text, BoundedText into)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        into.Append(quote);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => into.Append(@"\\"),
                '\n' => into.Append(@"\n"),
                '\r' => into.Append(@"\r"),
                '\t' => into.Append(@"\t"),
                var c when c == quote => into.Append('\\').Append(quote),
                var c when c is >= 32 and < 127 || (c > 127 && CodePoints.IsPrintable(rune)) => into.Append(units[..rune.EncodeToUtf16(units)]),
                var c => into.Append(Escaped(c)),
            };
        }

        into.Append(quote);
    }

    /// <summary>Python's <c>ascii</c>: a <c>repr</c> in which everything beyond ASCII is escaped.</summary>
    internal static string Ascii(string repr, Budget budget)
    {
        var ascii = new BoundedText(budget);
        Span<char> units = stackalloc char[2];
        foreach (var rune in repr.EnumerateRunes())
            _ = rune.IsAscii ? ascii.Append(units[..rune.EncodeToUtf16(units)]) : ascii.Append(Escaped(rune.Value));
        return ascii.ToString();
    }

    static string Escaped(int codePoint) => codePoint switch
    {
        <= 0xff => string.Create(CultureInfo.InvariantCulture, $"\\x{codePoint:x2}"),
        <= 0xffff => string.Create(CultureInfo.InvariantCulture, $"\\u{codePoint:x4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{codePoint:x8}"),
    };
}
