using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Output;

/// <summary>Rows of texts in columns. Nothing in them can control the terminal.</summary>
static class TextTable
{
    /// <summary>The rows, each column as wide as its widest text; all rows have as many columns as the first.</summary>
    internal static string Of(IReadOnlyList<string[]> rows)
    {
        var cleaned = rows.Select(row => Array.ConvertAll(row, cell => TerminalText.Clean(cell).ReplaceLineEndings(" "))).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => cleaned.Max(row => TextWidth.Of(row[column]))).ToArray();
        var text = new StringBuilder();
        foreach (var row in cleaned)
        {
            var line = string.Join("  ", row.Select((cell, column) => cell + new string(' ', widths[column] - TextWidth.Of(cell))));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
