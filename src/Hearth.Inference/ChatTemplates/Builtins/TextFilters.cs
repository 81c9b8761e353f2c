using System.Text;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Filters that make texts of texts.</summary>
static class TextFilters
{
    internal static Value String(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("string", 0, []);
        return Soft(value, interpreter.Budget);
    }

    internal static Value Upper(Interpreter interpreter, Value value, Arguments arguments) => Cased(interpreter, value, arguments, CaseText.Upper);

    internal static Value Lower(Interpreter interpreter, Value value, Arguments arguments) => Cased(interpreter, value, arguments, CaseText.Lower);

    internal static Value Capitalize(Interpreter interpreter, Value value, Arguments arguments) => Cased(interpreter, value, arguments, CaseText.Capitalize);

    internal static Value Title(Interpreter interpreter, Value value, Arguments arguments)
        => new TextValue(((TextValue)Cased(interpreter, value, arguments, Titled)).Text);

    /// <summary>The value as a text; markup stays markup.</summary>
    internal static TextValue Soft(Value value, Budget budget) => value as TextValue ?? new(PythonText.Str(value, budget));

    static TextValue Cased(Interpreter interpreter, Value value, Arguments arguments, Func<string, string> map)
    {
        arguments.Bind("a case filter", 0, []);
        var text = Soft(value, interpreter.Budget);
        interpreter.Budget.Text(4L * text.Text.Length);
        return text.With(map(text.Text));
    }

    /// <summary>Words start behind white space, a hyphen or an opening bracket.</summary>
    static string Titled(string text)
    {
        var titled = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var end = i;
            while (end < text.Length && SplitsWords(text[end]) == SplitsWords(text[i]))
                end++;
            var size = CodePoints.SizeAt(text, i);
            titled.Append(CaseText.Upper(text.Substring(i, size))).Append(CaseText.Lower(text[(i + size)..end]));
            i = end;
        }

        return titled.ToString();
    }

    static bool SplitsWords(char character) => CodePoints.IsSpace(character) || character is '-' or '(' or '{' or '[' or '<';

    internal static Value Trim(Interpreter interpreter, Value value, Arguments arguments)
        => TextMethods.Strip(interpreter.Budget, Soft(value, interpreter.Budget), arguments.Bind("trim", 0, "chars")[0], atStart: true, atEnd: true);

    internal static Value Center(Interpreter interpreter, Value value, Arguments arguments)
    {
        var width = arguments.Bind("center", 0, "width")[0] is { } given ? NumberText.Index(given, "a width") : 80;
        return TextPadding.Pad(Soft(value, interpreter.Budget), width, " ", TextPadding.Side.Both, interpreter.Budget);
    }

    internal static Value Replace(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("replace", 2, "old", "new", "count");
        var budget = interpreter.Budget;
        var most = bound[2] is null or NoneValue ? -1 : NumberText.Index(bound[2]!, "a count");
        return new TextValue(TextSearch.Replace(
            PythonText.Str(value, budget), PythonText.Str(bound[0]!, budget), PythonText.Str(bound[1]!, budget), most, budget));
    }

    internal static Value Format(Interpreter interpreter, Value value, Arguments arguments)
    {
        if (arguments.Positional.Length > 0 && arguments.Named.Length > 0)
            throw new ChatTemplateException("format takes values by position or by name, not both");
        Value values = arguments.Named.Length > 0 ? interpreter.Dict([.. arguments.Named]) : new TupleValue(arguments.Positional);
        return PercentFormat.Apply(Soft(value, interpreter.Budget), values, interpreter.Budget);
    }

    internal static Value Indent(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("indent", 0, "width", "first", "blank");
        var indent = IndentOf(bound[0] ?? IntValue.Of(4), interpreter.Budget);
        var text = value as TextValue ?? throw (value is UndefinedValue undefined ? undefined.Error() : new ChatTemplateException($"indent takes a text, not {value.TypeName}"));
        if (text.IsMarkup)
            indent = HtmlText.Escape(indent, interpreter.Budget);
        var indentBlank = bound[2] is { IsTrue: true };
        var into = new BoundedText(interpreter.Budget);
        if (bound[1] is { IsTrue: true })
            into.Append(indent);
        var source = text.Text + "\n";
        foreach (var (start, end, _) in TextSplitting.Lines(source))
        {
            interpreter.Budget.Step();
            if (start > 0)
                into.Append('\n').Append(end > start || indentBlank ? indent : "");
            into.Append(source.AsSpan(start, end - start));
        }

        return text.With(into.ToString());
    }

    /// <summary>So many spaces, or a text as it is.</summary>
    static string IndentOf(Value width, Budget budget)
    {
        if (width is TextValue text)
            return text.Text;
        var spaces = Math.Max(0, NumberText.Index(width, "an indentation"));
        budget.Text(spaces);
        return new(' ', (int)spaces);
    }

    internal static Value Truncate(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("truncate", 0, "length", "killwords", "end", "leeway");
        var length = bound[0] is null ? 255 : NumberText.Index(bound[0]!, "a length");
        var end = bound[2] is null ? TextValue.Empty.With("...") : bound[2] as TextValue ?? throw new ChatTemplateException("the end of a truncated text must be a text");
        var leeway = bound[3] is null or NoneValue ? 5 : NumberText.Index(bound[3]!, "a leeway");
        if (length < end.Length || leeway < 0)
            throw new ChatTemplateException("truncate needs a length of at least that of its end, and no negative leeway");
        if (Iteration.Length(value) <= length + leeway)
            return value;
        if (value is not TextValue text)
            throw new ChatTemplateException($"truncate takes a text, not {value.TypeName}");
        var kept = text.Text[..CodePoints.Offset(text.Text, (int)length - end.Length)];
        if (bound[1] is not { IsTrue: true } && kept.LastIndexOf(' ') is >= 0 and var space)
            kept = kept[..space];
        return Concatenation.Add(text.With(kept), end, interpreter.Budget)!;
    }

    internal static Value WordCount(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("wordcount", 0, []);
        var text = Soft(value, interpreter.Budget).Text;
        interpreter.Budget.Work(8L * text.Length);
        var (words, inWord) = (0, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var isWord = TextKinds.IsWord(rune);
            words += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }

        return IntValue.Of(words);
    }

    /// <summary>Hugging Face's <c>tojson</c>: nothing is escaped for HTML, and its parameters are those of Python's <c>json.dumps</c>.</summary>
    internal static Value ToJson(Interpreter interpreter, Value value, Arguments arguments)
    {
        var bound = arguments.Bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        var indent = bound[1] is null or NoneValue ? null : IndentOf(bound[1]!, interpreter.Budget);
        var (item, key) = bound[2] is null or NoneValue ? (indent is null ? ", " : ",", ": ") : Separators(bound[2]!, interpreter.Budget);
        var into = new BoundedText(interpreter.Budget);
        var json = new JsonText(into, interpreter.Budget)
        {
            Ascii = bound[0] is { IsTrue: true },
            Indent = indent,
            ItemSeparator = item,
            KeySeparator = key,
            SortKeys = bound[3] is { IsTrue: true },
        };
        json.Write(value);
        return new TextValue(into.ToString());
    }

    static (string Item, string Key) Separators(Value value, Budget budget) => Iteration.All(value, budget) is [TextValue item, TextValue key]
        ? (item.Text, key.Text)
        : throw new ChatTemplateException("separators are two texts");
}
