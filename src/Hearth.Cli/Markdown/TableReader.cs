using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Markdown;

/// <summary>Collects the rows of a table, because columns can be aligned only when all are known. A very long table is shown as it is written.</summary>
sealed class TableReader
{
    const int MaxRows = 200;

    readonly WordWrapper _output;
    readonly Func<int> _width;
    readonly bool _color;
    readonly List<string> _lines = [];
    // One for all cells, since a line may be nothing but cells.
    readonly StringBuilder _measured = new();
    readonly WordWrapper _measure;
    readonly InlineReader _cell;

    internal TableReader(WordWrapper output, Func<int> width, bool color)
    {
        (_output, _width, _color) = (output, width, color);
        _measure = new(piece => _measured.Append(piece), () => int.MaxValue, color: false);
        _cell = new(_measure, TextStyle.Plain, color);
    }

    internal void Add(string line)
    {
        _lines.Add(line);
        if (_lines.Count >= MaxRows)
            Flush();
    }

    /// <summary>The table is complete.</summary>
    internal void Flush()
    {
        if (_lines.Count == 0)
            return;
        var rows = _lines.ConvertAll(Cells);
        _lines.Clear();
        _output.Hang = "";
        var hasHeader = rows.Count > 1 && Array.TrueForAll(rows[1], cell => IsDelimiter(cell.Text));
        var widths = Widths(rows, without: hasHeader ? 1 : -1);
        var fits = widths.Sum() + (3 * (widths.Length - 1)) <= _width();
        for (var i = 0; i < rows.Count; i++)
        {
            if (hasHeader && i == 1)
                _output.AppendUnbroken(string.Join("─┼─", widths.Select(w => new string('─', fits ? w : 1))), TextStyle.Dim);
            else
                Row(rows[i], widths, hasHeader && i == 0 ? TextStyle.Bold : TextStyle.Plain, fits);
            _output.EndLine();
        }
    }

    static int[] Widths(List<(string Text, int Width)[]> rows, int without)
    {
        var widths = new int[rows.Max(row => row.Length)];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var c = 0; i != without && c < rows[i].Length; c++)
                widths[c] = Math.Max(widths[c], rows[i][c].Width);
        }

        return widths;
    }

    /// <summary>Cells under each other where all fit; otherwise those that the row has.</summary>
    void Row((string Text, int Width)[] cells, int[] widths, TextStyle style, bool fits)
    {
        var reader = new InlineReader(_output, style, _color);
        for (var c = 0; c < (fits ? widths.Length : cells.Length); c++)
        {
            if (c > 0)
                _output.AppendUnbroken(" │ ", TextStyle.Dim);
            var (text, taken) = c < cells.Length ? cells[c] : ("", 0);
            reader.Add(text);
            reader.Finish();
            if (fits && c < widths.Length - 1)
                _output.AppendUnbroken(new string(' ', widths[c] - taken), TextStyle.Plain);
        }
    }

    int CellWidth(string cell)
    {
        if (cell.Length == 0)
            return 0;
        _measured.Clear();
        _cell.Add(cell);
        _cell.Finish();
        _measure.EndLine();
        return TextWidth.Of(_measured.ToString(0, _measured.Length - 1));
    }

    (string Text, int Width)[] Cells(string line)
    {
        var inner = line.Trim();
        inner = inner[1..(inner.Length > 1 && inner[^1] == '|' ? ^1 : ^0)];
        return Array.ConvertAll(inner.Split('|', StringSplitOptions.TrimEntries), cell => (cell, CellWidth(cell)));
    }

    static bool IsDelimiter(string cell) => cell.Length > 0 && cell.AsSpan().Trim(':').Trim('-').Length == 0 && cell.Contains('-');
}
