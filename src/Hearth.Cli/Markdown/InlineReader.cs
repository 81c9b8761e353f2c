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
        while (_held.Count > 0)
            Settle(ended: true);
        _before = ' ';
    }

    void Settle(bool ended)
    {
        var span = InlineSpan.Match(CollectionsMarshal.AsSpan(_held), _before, ended);
        if (span.State == SpanState.Open)
            return;
        var text = string.Concat(_held);
        _held.Clear();
        if (span.State == SpanState.Literal)
        {
            foreach (var c in text[..span.Length])
                Put(c);
        }
        else
        {
            Show(span);
            _before = text[span.Length - 1];
        }

        Add(text[span.Length..]);
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
