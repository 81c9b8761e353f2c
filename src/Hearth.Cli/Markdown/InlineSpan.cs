namespace Hearth.Cli.Markdown;

/// <summary>What the text at an opening mark turned out to be.</summary>
enum SpanState
{
    /// <summary>More characters are needed.</summary>
    Open,

    /// <summary>No span: the mark is ordinary text.</summary>
    Literal,

    /// <summary>A span with its end.</summary>
    Closed,
}

/// <summary>A span inside a line.</summary>
/// <param name="State">Whether it is one.</param>
/// <param name="Length">Characters that it takes, or that the literal mark takes.</param>
/// <param name="Content">The text between the marks.</param>
/// <param name="Style">What the marks add to the style.</param>
/// <param name="Target">The address of a link, else empty.</param>
readonly record struct InlineSpan(SpanState State, int Length = 0, string Content = "", TextStyle Style = TextStyle.Plain, string Target = "")
{
    /// <summary>Longer ones are shown as they are written: nothing waits for ever for its end.</summary>
    const int MaxLength = 600;

    /// <summary>The state, never the text.</summary>
    public override string ToString() => $"{State}";

    /// <summary>Looks at text that begins with a mark.</summary>
    /// <param name="text">What came so far.</param>
    /// <param name="before">The character before it.</param>
    /// <param name="ended">The line ends here.</param>
    internal static InlineSpan Match(ReadOnlySpan<char> text, char before, bool ended)
    {
        var span = text[0] switch
        {
            '\\' => Escaped(text),
            '`' => Code(text, ended),
            '[' => Link(text, 0),
            '!' => text.Length == 1 ? new(SpanState.Open) : text[1] == '[' ? Link(text, 1) : Literal(1),
            _ => Emphasis(text, before, ended),
        };
        return span.State == SpanState.Open && (ended || text.Length > MaxLength) ? Literal(Run(text, 0)) : span;
    }

    /// <summary>Whether a character can open a span.</summary>
    internal static bool IsMark(char c) => c is '\\' or '`' or '[' or '!' or '*' or '_' or '~';

    static InlineSpan Literal(int length) => new(SpanState.Literal, length);

    static InlineSpan Escaped(ReadOnlySpan<char> text)
        => text.Length == 1 ? new(SpanState.Open) : char.IsAsciiLetterOrDigit(text[1]) || text[1] == ' ' ? Literal(1) : new(SpanState.Closed, 2, text[1..2].ToString());

    static InlineSpan Code(ReadOnlySpan<char> text, bool ended)
    {
        var (marks, end) = (Run(text, 0), CodeEnd(text, ended));
        return end < 0 ? new(SpanState.Open) : new(SpanState.Closed, end + marks, text[marks..end].ToString(), TextStyle.Code);
    }

    /// <summary>Where the next run of backquotes begins that is as long as the one here; −1 where there is none yet.</summary>
    static int CodeEnd(ReadOnlySpan<char> text, bool ended)
    {
        var marks = Run(text, 0);
        for (var i = marks; i < text.Length;)
        {
            var run = text[i] == '`' ? Run(text, i) : 0;
            if (run == marks && (ended || i + run < text.Length))
                return i;
            i += Math.Max(1, run);
        }

        return -1;
    }

    static InlineSpan Link(ReadOnlySpan<char> text, int bracket)
    {
        var close = text.IndexOf(']');
        if (close < 0 || close + 1 == text.Length)
            return new(SpanState.Open);
        if (text[close + 1] != '(')
            return Literal(bracket + 1);
        var target = text[(close + 2)..];
        var length = target.IndexOf(')');
        return length < 0
            ? new(SpanState.Open)
            : new(SpanState.Closed, close + length + 3, text[(bracket + 1)..close].ToString(), TextStyle.Underlined, target[..length].ToString());
    }

    static InlineSpan Emphasis(ReadOnlySpan<char> text, char before, bool ended)
    {
        var marks = Run(text, 0);
        if (marks == text.Length)
            return new(SpanState.Open);
        var style = StyleOf(text[0], marks);
        // An opening mark stands before a word; inside words an underscore is a letter.
        if (style == TextStyle.Plain || char.IsWhiteSpace(text[marks]) || (text[0] == '_' && char.IsLetterOrDigit(before)))
            return Literal(marks);
        for (var i = marks + 1; i < text.Length; i++)
        {
            if (text[i] == '`')
            {
                var end = CodeEnd(text[i..], ended);
                if (end >= 0)
                    i += end + Run(text, i) - 1;
                continue;
            }

            if (text[i] != text[0])
                continue;
            var run = Run(text, i);
            var isLast = i + run == text.Length;
            if (isLast && !ended)
                return new(SpanState.Open);
            var closes = run >= marks && run != marks + 1 && !char.IsWhiteSpace(text[i - 1]) && (text[0] != '_' || isLast || !char.IsLetterOrDigit(text[i + run]));
            if (closes)
                return new(SpanState.Closed, i + run, text[marks..(i + run - marks)].ToString(), style);
            i += run - 1;
        }

        return new(SpanState.Open);
    }

    static TextStyle StyleOf(char mark, int count) => (mark, count) switch
    {
        ('~', 2) => TextStyle.Struck,
        ('~', _) => TextStyle.Plain,
        (_, 1) => TextStyle.Italic,
        (_, 2) => TextStyle.Bold,
        (_, 3) => TextStyle.Bold | TextStyle.Italic,
        _ => TextStyle.Plain,
    };

    static int Run(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] == text[start])
            end++;
        return end - start;
    }
}
