using System.Runtime.InteropServices;

namespace Hearth.Cli.Markdown;

/// <summary>Reads the inside of a line character by character: what may become a span waits, everything else goes on at once.</summary>
sealed class InlineReader(WordWrapper output, TextStyle style, bool color)
{
    // Looked at after every character, so it is never copied while it waits.
    readonly List<char> _held = [];
    char _before = ' ';

    internal void Add(char c)
    {
        if (_held.Count == 0 && !InlineSpan.IsMark(c))
        {
            Put(c);
            return;
        }

        _held.Add(c);
        Settle(ended: false);
    }

    internal void Add(string text)
    {
        foreach (var c in text)
            Add(c);
    }

    /// <summary>The line ends: what waits is decided now.</summary>
    internal void Finish()
    {
        Settle(ended: true);
        _before = ' ';
    }

    /// <summary>Decides about what waits. What stands behind a span is then looked at as if it came character by character, so that pieces make no difference.</summary>
    void Settle(bool ended)
    {
        var held = CollectionsMarshal.AsSpan(_held);
        var (start, end) = (0, held.Length);
        while (start < held.Length)
        {
            var span = InlineSpan.Match(held[start..end], _before, ended: false);
            if (span.State == SpanState.Open && ended && end == held.Length)
                span = InlineSpan.Match(held[start..end], _before, ended: true);
            if (span.State != SpanState.Open)
            {
                Take(held[start..(start + span.Length)], span);
                start += span.Length;
                end = start;
                while (end < held.Length && !InlineSpan.IsMark(held[end]))
                    Put(held[end++]);
                start = end;
            }

            if (end == held.Length)
                break;
            end++;
        }

        _held.RemoveRange(0, start);
    }

    void Take(ReadOnlySpan<char> text, InlineSpan span)
    {
        if (span.State == SpanState.Literal)
        {
            foreach (var c in text)
                Put(c);
            return;
        }

        Show(span);
        _before = text[^1];
    }

    void Show(InlineSpan span)
    {
        if (span.Style is TextStyle.Code or TextStyle.Plain)
        {
            // Without styles the marks of code stay, because they carry meaning.
            output.Append(span.Style == TextStyle.Code && !color ? $"`{span.Content}`" : span.Content, style | span.Style);
            return;
        }

        var inner = new InlineReader(output, style | span.Style, color);
        inner.Add(span.Content);
        inner.Finish();
        if (span.Target.Length > 0 && span.Target != span.Content)
            output.Append($" ({span.Target})", style | TextStyle.Dim);
    }

    void Put(char c)
    {
        output.Append(c, style);
        _before = c;
    }
}
