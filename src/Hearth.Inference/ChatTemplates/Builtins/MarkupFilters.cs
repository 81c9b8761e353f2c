using System.Buffers;
using System.Text;
using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Filters that come from the web, which templates for models rarely use.</summary>
static class MarkupFilters
{
    /// <summary>What ends the name of an attribute.</summary>
    static readonly SearchValues<char> NotInNames = SearchValues.Create(" \t\n\r\f\v/>=");

    internal static Value Safe(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("safe", 0, []);
        return new TextValue(PythonText.Str(value, interpreter.Budget), isMarkup: true);
    }

    internal static Value Escape(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("escape", 0, []);
        return HtmlText.Escape(value, interpreter.Budget);
    }

    internal static Value ForceEscape(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("forceescape", 0, []);
        return new TextValue(HtmlText.Escape(PythonText.Str(value, interpreter.Budget), interpreter.Budget), isMarkup: true);
    }

    internal static Value XmlAttr(Interpreter interpreter, Value value, Arguments arguments)
    {
        var spaced = arguments.Bind("xmlattr", 0, "autospace")[0] is not { IsTrue: false };
        if (value is not DictValue dict)
            throw value is UndefinedValue undefined ? undefined.Error() : new ChatTemplateException($"xmlattr takes a mapping, not {value.TypeName}");
        var into = new BoundedText(interpreter.Budget);
        foreach (var (key, entry) in dict.Entries)
        {
            interpreter.Budget.Step();
            if (entry is NoneValue or UndefinedValue)
                continue;
            if (key is not TextValue name || name.Text.AsSpan().ContainsAny(NotInNames))
                throw new ChatTemplateException("xmlattr found a key that is no name of an attribute");
            if (into.Length > 0 || spaced)
                into.Append(' ');
            into.Append(HtmlText.Escape(key, interpreter.Budget).Text).Append("=\"").Append(HtmlText.Escape(entry, interpreter.Budget).Text).Append('"');
        }

        return new TextValue(into.ToString());
    }

    /// <summary>Without comments and tags, with white space made single and the commonest entities read back.</summary>
    internal static Value StripTags(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("striptags", 0, []);
        var text = PythonText.Str(value, interpreter.Budget);
        interpreter.Budget.Text(8L * text.Length);
        text = Without(Without(text, "<!--", "-->"), "<", ">");
        var words = new StringBuilder();
        var space = false;
        foreach (var character in text)
        {
            if (!CodePoints.IsSpace(character))
                words.Append(space && words.Length > 0 ? " " : "").Append(character);
            space = CodePoints.IsSpace(character);
        }

        return new TextValue(Unescaped(words.ToString()));
    }

    static string Without(string text, string open, string close)
    {
        var kept = new StringBuilder(text.Length);
        var position = 0;
        while (text.IndexOf(open, position, StringComparison.Ordinal) is >= 0 and var start
            && text.IndexOf(close, start, StringComparison.Ordinal) is >= 0 and var end)
        {
            kept.Append(text, position, start - position);
            position = end + close.Length;
        }

        return kept.Append(text, position, text.Length - position).ToString();
    }

    static string Unescaped(string text) => text
        .Replace("&lt;", "<", StringComparison.Ordinal)
        .Replace("&gt;", ">", StringComparison.Ordinal)
        .Replace("&#39;", "'", StringComparison.Ordinal)
        .Replace("&#34;", "\"", StringComparison.Ordinal)
        .Replace("&quot;", "\"", StringComparison.Ordinal)
        .Replace("&amp;", "&", StringComparison.Ordinal);

    internal static Value UrlEncode(Interpreter interpreter, Value value, Arguments arguments)
    {
        arguments.Bind("urlencode", 0, []);
        if (value is TextValue || !Tests.IsIterable(value))
            return new TextValue(Quoted(value, isQuery: false, interpreter.Budget));
        var into = new BoundedText(interpreter.Budget);
        var pairs = value is DictValue dict ? new DictViewValue(dict, DictPart.Items) : value;
        foreach (var pair in Iteration.All(pairs, interpreter.Budget))
        {
            if (Iteration.All(pair, interpreter.Budget) is not [var key, var entry])
                throw new ChatTemplateException("urlencode takes pairs of a name and a value");
            if (into.Length > 0)
                into.Append('&');
            into.Append(Quoted(key, isQuery: true, interpreter.Budget)).Append('=').Append(Quoted(entry, isQuery: true, interpreter.Budget));
        }

        return new TextValue(into.ToString());
    }

    static string Quoted(Value value, bool isQuery, Budget budget)
    {
        var text = PythonText.Str(value, budget);
        budget.Text(3L * text.Length);
        var into = new BoundedText(budget);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            _ = (char)unit switch
            {
                var c when char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' => into.Append(c),
                '/' when !isQuery => into.Append('/'),
                ' ' when isQuery => into.Append('+'),
                var c => into.Append('%').Append("0123456789ABCDEF"[c >> 4]).Append("0123456789ABCDEF"[c & 15]),
            };
        }

        return into.ToString();
    }
}
