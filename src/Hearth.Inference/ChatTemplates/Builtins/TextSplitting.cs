using Hearth.Inference.ChatTemplates.Operations;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Text;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates.Builtins;

/// <summary>Methods that cut a text into pieces.</summary>
static class TextSplitting
{
    internal static Value Split(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var (separator, most) = Bind(arguments, "split");
        var pieces = new Pieces(self, interpreter.Budget);
        if (separator is null)
            Words(self.Text, most, pieces);
        else
            Between(self.Text, separator, most, pieces, interpreter.Budget);
        return pieces.ToList();
    }

    internal static Value SplitFromEnd(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var (separator, most) = Bind(arguments, "rsplit");
        var pieces = new Pieces(self, interpreter.Budget);
        if (separator is null)
            WordsFromEnd(self.Text, most, pieces);
        else
            BetweenFromEnd(self.Text, separator, most, pieces, interpreter.Budget);
        pieces.Reverse();
        return pieces.ToList();
    }

    internal static Value SplitLines(Interpreter interpreter, TextValue self, Arguments arguments)
    {
        var keepEnds = arguments.Bind("splitlines", 0, "keepends")[0] is { IsTrue: true };
        var pieces = new Pieces(self, interpreter.Budget);
        foreach (var (start, end, next) in Lines(self.Text))
            pieces.Add(start, keepEnds ? next : end);
        return pieces.ToList();
    }

    /// <summary>Where each line starts and ends, and where the next one starts.</summary>
    internal static IEnumerable<(int Start, int End, int Next)> Lines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !CodePoints.EndsLine(text[end]))
                end++;
            var next = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
            yield return (start, end, Math.Min(next, text.Length));
            start = next;
        }
    }

    internal static Value Partition(Interpreter interpreter, TextValue self, Arguments arguments) => Partition(interpreter, self, arguments, fromEnd: false);

    internal static Value PartitionFromEnd(Interpreter interpreter, TextValue self, Arguments arguments) => Partition(interpreter, self, arguments, fromEnd: true);

    static TupleValue Partition(Interpreter interpreter, TextValue self, Arguments arguments, bool fromEnd)
    {
        var separator = Separator(arguments.Bind("partition", 1, 1)[0]!);
        interpreter.Budget.Search(self.Text.Length, separator.Length);
        interpreter.Budget.Text(self.Text.Length);
        var at = fromEnd ? self.Text.LastIndexOf(separator, StringComparison.Ordinal) : self.Text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0
            ? new([self.With(self.Text[..at]), self.With(separator), self.With(self.Text[(at + separator.Length)..])])
            : fromEnd ? new([self.With(""), self.With(""), self]) : new([self, self.With(""), self.With("")]);
    }

    static (string? Separator, long Most) Bind(Arguments arguments, string method)
    {
        var bound = arguments.Bind(method, 0, "sep", "maxsplit");
        var most = bound[1] is null ? -1 : NumberText.Index(bound[1]!, "maxsplit");
        return (bound[0] is null or NoneValue ? null : Separator(bound[0]!), most < 0 ? long.MaxValue : most);
    }

    static string Separator(Value value)
        => TextMethods.TextOf(value, "a split") is { Length: > 0 } separator ? separator : throw new ChatTemplateException("empty separator");

    static void Between(string text, string separator, long most, Pieces pieces, Budget budget)
    {
        budget.Search(text.Length, separator.Length);
        var start = 0;
        for (int at; most > 0 && (at = text.IndexOf(separator, start, StringComparison.Ordinal)) >= 0; most--)
        {
            pieces.Add(start, at);
            start = at + separator.Length;
        }

        pieces.Add(start, text.Length);
    }

    static void BetweenFromEnd(string text, string separator, long most, Pieces pieces, Budget budget)
    {
        budget.Search(text.Length, separator.Length);
        var end = text.Length;
        for (int at; most > 0 && (at = text.AsSpan(0, end).LastIndexOf(separator)) >= 0; most--)
        {
            pieces.Add(at + separator.Length, end);
            end = at;
        }

        pieces.Add(0, end);
    }

    static void Words(string text, long most, Pieces pieces)
    {
        for (var start = Skip(text, 0, spaces: true); start < text.Length; most--)
        {
            var end = most > 0 ? Skip(text, start, spaces: false) : text.Length;
            pieces.Add(start, end);
            start = Skip(text, end, spaces: true);
        }
    }

    static int Skip(string text, int at, bool spaces)
    {
        while (at < text.Length && CodePoints.IsSpace(text[at]) == spaces)
            at++;
        return at;
    }

    static void WordsFromEnd(string text, long most, Pieces pieces)
    {
        for (var end = SkipBack(text, text.Length, spaces: true); end > 0; most--)
        {
            var start = most > 0 ? SkipBack(text, end, spaces: false) : 0;
            pieces.Add(start, end);
            end = SkipBack(text, start, spaces: true);
        }
    }

    static int SkipBack(string text, int at, bool spaces)
    {
        while (at > 0 && CodePoints.IsSpace(text[at - 1]) == spaces)
            at--;
        return at;
    }

    /// <summary>The pieces found so far, each paid for.</summary>
    sealed class Pieces(TextValue whole, Budget budget)
    {
        readonly List<Value> _pieces = [];

        internal void Add(int start, int end)
        {
            budget.Text(end - start);
            budget.Allocate(64);
            _pieces.Add(whole.With(whole.Text[start..end]));
        }

        internal void Reverse() => _pieces.Reverse();

        internal ListValue ToList() => new([.. _pieces]);
    }
}
