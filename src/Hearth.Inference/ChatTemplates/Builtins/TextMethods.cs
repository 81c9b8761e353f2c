using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>The methods of Python's <c>str</c>.</summary>
static class TextMethods
{
    static readonly Dictionary<string, Method<TextValue>> Table = new(StringComparer.Ordinal)
    {
        ["upper"] = Cased(CaseText.Upper),
        ["lower"] = Cased(CaseText.Lower),
        ["casefold"] = Cased(CaseText.Fold),
        ["title"] = Cased(CaseText.Title),
        ["capitalize"] = Cased(CaseText.Capitalize),
        ["swapcase"] = Cased(CaseText.SwapCase),
        ["strip"] = Stripped(atStart: true, atEnd: true),
        ["lstrip"] = Stripped(atStart: true, atEnd: false),
        ["rstrip"] = Stripped(atStart: false, atEnd: true),
        ["removeprefix"] = (_, self, arguments) => Affix(self, arguments) is var affix && self.Text.StartsWith(affix, StringComparison.Ordinal)
            ? self.With(self.Text[affix.Length..])
            : self,
        ["removesuffix"] = (_, self, arguments) => Affix(self, arguments) is var affix && self.Text.EndsWith(affix, StringComparison.Ordinal)
            ? self.With(self.Text[..^affix.Length])
            : self,
        ["split"] = TextSplitting.Split,
        ["rsplit"] = TextSplitting.SplitFromEnd,
        ["splitlines"] = TextSplitting.SplitLines,
        ["partition"] = TextSplitting.Partition,
        ["rpartition"] = TextSplitting.PartitionFromEnd,
        ["startswith"] = (interpreter, self, arguments) => TextSearch.Affixed(interpreter, self, arguments, atEnd: false),
        ["endswith"] = (interpreter, self, arguments) => TextSearch.Affixed(interpreter, self, arguments, atEnd: true),
        ["find"] = TextSearch.Finder(fromEnd: false, fails: false),
        ["rfind"] = TextSearch.Finder(fromEnd: true, fails: false),
        ["index"] = TextSearch.Finder(fromEnd: false, fails: true),
        ["rindex"] = TextSearch.Finder(fromEnd: true, fails: true),
        ["count"] = TextSearch.Count,
        ["replace"] = Replace,
        ["join"] = Join,
        ["format"] = Format,
        ["format_map"] = FormatMap,
        ["center"] = TextPadding.Padded(TextPadding.Side.Both),
        ["ljust"] = TextPadding.Padded(TextPadding.Side.Right),
        ["rjust"] = TextPadding.Padded(TextPadding.Side.Left),
        ["zfill"] = TextPadding.ZeroFilled,
        ["expandtabs"] = TextPadding.WithoutTabs,
        ["isalpha"] = Checked(TextKinds.IsAlpha),
        ["isalnum"] = Checked(TextKinds.IsAlphanumeric),
        ["isdigit"] = Checked(TextKinds.IsDigit),
        ["isdecimal"] = Checked(TextKinds.IsDecimal),
        ["isnumeric"] = Checked(TextKinds.IsNumeric),
        ["isspace"] = Checked(TextKinds.IsSpace),
        ["isprintable"] = Checked(TextKinds.IsPrintable),
        ["isidentifier"] = Checked(TextKinds.IsIdentifier),
        ["isascii"] = Checked(text => System.Text.Ascii.IsValid(text)),
        ["isupper"] = Checked(CaseText.IsUpper),
        ["islower"] = Checked(CaseText.IsLower),
        ["istitle"] = Checked(CaseText.IsTitle),
        ["encode"] = (_, _, _) => throw new ChatTemplateException("encode() is refused: chat templates have no bytes"),
        ["translate"] = (_, _, _) => throw new ChatTemplateException("translate() is not supported; use replace()"),
    };

    internal static Method<TextValue>? Find(string name) => Table.GetValueOrDefault(name);

    static Method<TextValue> Cased(Func<string, string> map) => (interpreter, self, arguments) =>
    {
        arguments.Bind("a case method", 0, 0);
        interpreter.Budget.Text(4L * self.Text.Length);
        return self.With(map(self.Text));
    };

    static Method<TextValue> Checked(Func<string, bool> holds) => (interpreter, self, arguments) =>
    {
        arguments.Bind("a check", 0, 0);
        interpreter.Budget.Work(8L * self.Text.Length);
        return BoolValue.Of(holds(self.Text));
    };

    static Method<TextValue> Stripped(bool atStart, bool atEnd) => (interpreter, self, arguments)
        => Strip(interpreter.Budget, self, arguments.Bind("strip", 0, 1)[0], atStart, atEnd);

    /// <summary>Without white space, or the given characters, at its ends.</summary>
    internal static TextValue Strip(Budget budget, TextValue self, Value? characters, bool atStart, bool atEnd)
    {
        var strip = characters is null or NoneValue ? null : TextOf(characters, "strip()");
        budget.Search(self.Text.Length, strip?.Length ?? 1);
        budget.Text(self.Text.Length);
        return self.With(TextKinds.Strip(self.Text, strip, atStart, atEnd));
    }

    /// <summary>An argument that must be a text.</summary>
    internal static string TextOf(Value value, string method) => value switch
    {
        TextValue text => text.Text,
        UndefinedValue undefined => throw undefined.Error(),
        _ => throw new ChatTemplateException($"{method} takes a text, not {value.TypeName}"),
    };

    static string Affix(TextValue self, Arguments arguments)
    {
        var affix = TextOf(arguments.Bind("removeprefix", 1, 1)[0]!, "removeprefix()");
        return affix.Length <= self.Text.Length ? affix : "";
    }

    static TextValue Replace(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var bound = arguments.Bind("replace", 2, 3);
        var replacement = TextOf(bound[1]!, "replace()");
        if (self.IsMarkup && bound[1] is TextValue { IsMarkup: false })
            replacement = HtmlText.Escape(replacement, interpreter.Budget);
        var most = bound[2] is null ? -1 : NumberText.Index(bound[2]!, "a count");
        return self.With(TextSearch.Replace(self.Text, TextOf(bound[0]!, "replace()"), replacement, most, interpreter.Budget));
    }

    static TextValue Join(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var joined = new BoundedText(interpreter.Budget);
        var first = true;
        for (var items = Iteration.Start(arguments.Bind("join", 1, 1)[0]!, interpreter.Budget); items.MoveNext(); first = false)
        {
            interpreter.Budget.Step();
            if (!first)
                joined.Append(self.Text);
            joined.Append(self.IsMarkup ? HtmlText.Escape(items.Current, interpreter.Budget).Text : Item(items.Current));
        }

        return self.With(joined.ToString());
    }

    static string Item(Value item) => item is TextValue text ? text.Text : throw new ChatTemplateException($"join() found an item of type {item.TypeName} among the texts");

    static TextValue Format(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var named = arguments.Named;
        return new BraceFormat(self, Named, arguments.Positional, interpreter.Budget).Run();

        Value? Named(string name)
        {
            interpreter.Budget.Work(64L * named.Length);
            return Array.Find(named, n => n.Key == name).Value;
        }
    }

    static TextValue FormatMap(Interpreter interpreter, TextValue self, Arguments arguments)
        => arguments.Bind("format_map", 1, 1)[0] is DictValue dict
            ? new BraceFormat(self, name => dict.Get(new TextValue(name)), [], interpreter.Budget).Run()
            : throw new ChatTemplateException("format_map() takes a mapping");
}
