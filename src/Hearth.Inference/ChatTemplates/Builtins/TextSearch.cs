using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Methods that look for one text in another; positions count code points.</summary>
static class TextSearch
{
    /// <summary>find, rfind, index, rindex.</summary>
    internal static Method<TextValue> Finder(bool fromEnd, bool fails) => (interpreter, self, arguments) =>
    {
        var bound = arguments.Bind("find", 1, 3);
        var sought = TextMethods.TextOf(bound[0]!, "find()");
        var (start, end, inRange) = Range(self, bound[1], bound[2]);
        interpreter.Budget.Search(self.Text.Length, sought.Length);
        var span = self.Text.AsSpan(start, end - start);
        var at = !inRange ? -1 : fromEnd ? span.LastIndexOf(sought, StringComparison.Ordinal) : span.IndexOf(sought, StringComparison.Ordinal);
        if (at < 0 && fails)
            throw new ChatTemplateException("substring not found");
        return IntValue.Of(at < 0 ? -1 : CodePoints.Count(self.Text.AsSpan(0, start + at)));
    };

    internal static Value Count(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var bound = arguments.Bind("count", 1, 3);
        var sought = TextMethods.TextOf(bound[0]!, "count()");
        var (start, end, inRange) = Range(self, bound[1], bound[2]);
        interpreter.Budget.Search(self.Text.Length, sought.Length);
        interpreter.Budget.Text(self.Text.Length);
        var text = self.Text[start..end];
        return IntValue.Of(!inRange ? 0 : sought.Length == 0 ? CodePoints.Count(text) + 1 : Occurrences(text, sought));
    }

    /// <summary>startswith and endswith; several texts come as a tuple.</summary>
    internal static Value Affixed(Interpreter interpreter, TextValue self, Arguments arguments, bool atEnd)
    {
        var method = atEnd ? "endswith" : "startswith";
        var bound = arguments.Bind(method, 1, 3);
        interpreter.Budget.Work(bound[1] is null ? 0 : self.Text.Length);
        var (start, end, inRange) = Range(self, bound[1], bound[2]);
        foreach (var candidate in bound[0] is TupleValue tuple ? tuple.Items : [bound[0]!])
        {
            var affix = TextMethods.TextOf(candidate, method + "()");
            interpreter.Budget.Work(affix.Length);
            var text = self.Text.AsSpan(start, end - start);
            if (inRange && (atEnd ? text.EndsWith(affix, StringComparison.Ordinal) : text.StartsWith(affix, StringComparison.Ordinal)))
                return BoolValue.True;
        }

        return BoolValue.False;
    }

    /// <summary>At most so many occurrences replaced; a negative count replaces all.</summary>
    internal static string Replace(string text, string old, string replacement, long most, Budget budget)
    {
        budget.Search(text.Length, old.Length);
        if (most < 0)
            most = long.MaxValue;
        if (old.Length == 0)
            return Interleave(text, replacement, most, budget);
        var into = new BoundedText(budget);
        var start = 0;
        for (int at; most > 0 && (at = text.IndexOf(old, start, StringComparison.Ordinal)) >= 0; most--)
        {
            budget.Step();
            into.Append(text.AsSpan(start, at - start)).Append(replacement);
            start = at + old.Length;
        }

        return start == 0 ? text : into.Append(text.AsSpan(start)).ToString();
    }

    /// <summary>Replacing nothing puts the replacement before every character and at the end.</summary>
    static string Interleave(string text, string replacement, long most, Budget budget)
    {
        var into = new BoundedText(budget);
        var at = 0;
        for (; most > 0 && at < text.Length; most--)
        {
            var size = CodePoints.SizeAt(text, at);
            into.Append(replacement).Append(text.AsSpan(at, size));
            at += size;
        }

        into.Append(text.AsSpan(at));
        return (most > 0 ? into.Append(replacement) : into).ToString();
    }

    static int Occurrences(string text, string sought)
    {
        var count = 0;
        for (var at = 0; (at = text.IndexOf(sought, at, StringComparison.Ordinal)) >= 0; at += sought.Length)
            count++;
        return count;
    }

    /// <summary>The UTF-16 range for bounds in code points; out of range where the start lies behind the end.</summary>
    static (int Start, int End, bool InRange) Range(TextValue self, Value? start, Value? end)
    {
        if (start is null && end is null)
            return (0, self.Text.Length, true);
        var from = Bound(start, absent: 0, isStart: true);
        var to = Bound(end, absent: self.Length, isStart: false);
        if (from > to)
            return (0, 0, false);
        return (CodePoints.Offset(self.Text, from), CodePoints.Offset(self.Text, to), true);

        int Bound(Value? bound, int absent, bool isStart)
        {
            if (bound is null or NoneValue)
                return absent;
            var index = NumberText.Index(bound, "a bound");
            if (index < 0)
                index = Math.Max(0, index + self.Length);
            // A start behind the end finds nothing, not even nothing.
            return index <= self.Length ? (int)index : isStart ? int.MaxValue : self.Length;
        }
    }
}
