using System.Runtime.InteropServices;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Markdown;

/// <summary>
/// Makes the Markdown of a model readable in a terminal while it streams: headings, emphasis, lists, quotes, code, links and tables.
/// What is written does not depend on how the text was cut into pieces, and no control character of the text gets through.
/// </summary>
sealed class MarkdownRenderer
{
    readonly WordWrapper _output;
    readonly TableReader _table;
    readonly bool _color;
    readonly Func<int> _width;
    // Looked at after every character, so it is never copied while it waits.
    readonly List<char> _start = [];
    InlineReader? _inline;
    string _fence = "";

    internal MarkdownRenderer(Action<string> write, Func<int> width, bool color)
    {
        (_width, _color) = (width, color);
        _output = new(write, width, color);
        _table = new(_output, width, color);
    }

    /// <summary>Takes the next piece of the text.</summary>
    internal void Write(string piece)
    {
        foreach (var c in piece)
        {
            if (c == '\n')
                EndLine();
            else if (c == '\t')
                Add("    ");
            else if (TerminalText.IsHarmless(c))
                Add(c);
        }
    }

    /// <summary>The text is complete; the cursor stays behind its last character.</summary>
    internal void Finish()
    {
        if (_fence.Length > 0)
            _output.AppendUnbroken(_start.Count > 0 ? $"  {string.Concat(_start)}" : "", TextStyle.Code);
        else if (_start.Count > 0)
            Begin(ended: true);
        _start.Clear();
        _fence = "";
        _inline?.Finish();
        _inline = null;
        _table.Flush();
        _output.Finish();
    }

    void Add(string text)
    {
        foreach (var c in text)
            Add(c);
    }

    void Add(char c)
    {
        if (_inline is not null)
        {
            _inline.Add(c);
            return;
        }

        _start.Add(c);
        if (_fence.Length == 0)
            Begin(ended: false);
    }

    void EndLine()
    {
        if (_fence.Length > 0)
        {
            EndCodeLine();
            return;
        }

        var wasTable = false;
        if (_inline is null)
            wasTable = Begin(ended: true);
        _inline?.Finish();
        _inline = null;
        if (!wasTable)
            _output.EndLine();
    }

    void EndCodeLine()
    {
        var line = string.Concat(_start);
        _start.Clear();
        if (line.Trim() is var mark && mark.Length >= _fence.Length && mark.Trim(_fence[0]).Length == 0)
        {
            _fence = "";
            return;
        }

        _output.AppendUnbroken($"  {line}", TextStyle.Code);
        _output.EndLine();
    }

    /// <summary>Looks whether the line says what it is; true where it needs no end of its own.</summary>
    bool Begin(bool ended)
    {
        var start = BlockStart.Read(CollectionsMarshal.AsSpan(_start), ended);
        if (start.Kind == BlockKind.Undecided)
            return false;
        var line = string.Concat(_start);
        _start.Clear();
        if (start.Kind == BlockKind.Table)
        {
            _table.Add(line);
            return true;
        }

        _table.Flush();
        if (start.Kind == BlockKind.Fence)
        {
            _fence = start.Marker;
            return true;
        }

        Open(start, line);
        _inline?.Add(line[start.Length..]);
        return false;
    }

    void Open(BlockStart start, string line)
    {
        var indent = new string(' ', line.Length - line.AsSpan().TrimStart(' ').Length);
        _output.Hang = "";
        switch (start.Kind)
        {
            case BlockKind.Heading:
                if (!_color)
                    _output.Append($"{start.Marker} ", TextStyle.Plain);
                _inline = new(_output, start.Marker.Length <= 2 ? TextStyle.Bold | TextStyle.Underlined : TextStyle.Bold, _color);
                break;
            case BlockKind.Bullet or BlockKind.Numbered:
                _output.AppendUnbroken($"{indent}{start.Marker} ", TextStyle.Plain);
                _output.Hang = indent + new string(' ', start.Marker.Length + 1);
                _inline = new(_output, TextStyle.Plain, _color);
                break;
            case BlockKind.Quote:
                _output.AppendUnbroken("│ ", TextStyle.Dim);
                _output.Hang = "│ ";
                _inline = new(_output, TextStyle.Plain, _color);
                break;
            case BlockKind.Rule:
                _output.AppendUnbroken(new string('─', Math.Min(40, _width())), TextStyle.Dim);
                break;
            default:
                _inline = new(_output, TextStyle.Plain, _color);
                break;
        }
    }
}
