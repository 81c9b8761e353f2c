using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Markdown;

/// <summary>Collects the rows of a table, because columns can be aligned only when all are known. A very long table is shown as it is written.</summary>
sealed class TableReader(WordWrapper output, Func<int> width, bool color)
{
    const int MaxRows = 200;

    readonly List<string> _lines = [];

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
        var rows = _lines.Select(Cells).ToList();
        _lines.Clear();
        output.Hang = "";
        var hasHeader = rows.Count > 1 && rows[1].All(cell => IsDelimiter(cell.Text));
        var columns = rows.Max(r => r.Length);
        var widths = Enumerable.Range(0, columns).Select(c => rows.Where((_, i) => !(hasHeader && i == 1)).Max(r => c < r.Length ? r[c].Width : 0)).ToArray();
        var fits = widths.Sum() + (3 * (columns - 1)) <= width();
        for (var i = 0; i < rows.Count; i++)
        {
            if (hasHeader && i == 1)
                output.AppendUnbroken(string.Join("─┼─", widths.Select(w => new string('─', fits ? w : 1))), TextStyle.Dim);
            else
                Row(rows[i], widths, hasHeader && i == 0 ? TextStyle.Bold : TextStyle.Plain, fits);
            output.EndLine();
        }
    }

    /// <summary>Cells under each other where all fit; otherwise those that the row has.</summary>
    void Row((string Text, int Width)[] cells, int[] widths, TextStyle style, bool fits)
    {
        for (var c = 0; c < (fits ? widths.Length : cells.Length); c++)
        {
            if (c > 0)
                output.AppendUnbroken(" │ ", TextStyle.Dim);
            var (text, taken) = c < cells.Length ? cells[c] : ("", 0);
            var reader = new InlineReader(output, style, color);
            reader.Add(text);
            reader.Finish();
            if (fits && c < widths.Length - 1)
                output.AppendUnbroken(new string(' ', widths[c] - taken), TextStyle.Plain);
        }
    }

    int CellWidth(string cell)
    {
        var text = new StringBuilder();
        var measure = new WordWrapper(piece => text.Append(piece), () => int.MaxValue, color: false);
        var reader = new InlineReader(measure, TextStyle.Plain, color);
        reader.Add(cell);
        reader.Finish();
        measure.Finish();
        return TextWidth.Of(text.ToString());
    }

    (string Text, int Width)[] Cells(string line)
    {
        var inner = line.Trim();
        inner = inner[1..(inner.Length > 1 && inner[^1] == '|' ? ^1 : ^0)];
        return [.. inner.Split('|').Select(cell => cell.Trim()).Select(cell => (cell, CellWidth(cell)))];
    }

    static bool IsDelimiter(string cell) => cell.Length > 0 && cell.AsSpan().Trim(':').Trim('-').Length == 0 && cell.Contains('-');
}
