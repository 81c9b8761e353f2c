using System.Globalization;
using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Editing;

/// <summary>A text with its cursor, laid out in rows of a terminal.</summary>
/// <param name="Rows">Rows, none wider than the terminal.</param>
/// <param name="CursorRow">Row of the cursor, from 0.</param>
/// <param name="CursorColumn">Column of the cursor, from 0.</param>
sealed record EditorScreen(IReadOnlyList<string> Rows, int CursorRow, int CursorColumn)
{
    /// <summary>Lays out a text.</summary>
    /// <param name="prompt">Before the first line.</param>
    /// <param name="continuation">Before every further line; as wide as the prompt.</param>
    /// <param name="state">The text and its cursor.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Rows that may be used; of a longer text the rows around the cursor are shown.</param>
    internal static EditorScreen Layout(string prompt, string continuation, EditState state, int width, int height)
    {
        var rows = new List<string>();
        var row = new StringBuilder(prompt);
        var column = TextWidth.Of(prompt);
        (int Row, int Column)? cursor = null;
        for (var i = 0; i < state.Text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(state.Text, i);
            var shown = Shown(state.Text.AsSpan(i, length));
            var cells = TextWidth.Of(shown);
            if (column + cells > width)
                Break("");
            if (i >= state.Cursor && cursor is null)
                cursor = (rows.Count, Math.Min(column, width - 1));
            if (state.Text[i] == '\n')
            {
                Break(continuation);
            }
            else
            {
                row.Append(shown);
                column += cells;
            }

            i += length;
        }

        // A full row leaves the cursor nowhere: it stands at the beginning of the next one.
        if (column >= width)
            Break("");
        cursor ??= (rows.Count, column);
        rows.Add(row.ToString());
        var first = Math.Clamp(cursor.Value.Row - height + 1, 0, Math.Max(0, rows.Count - height));
        return new([.. rows.Skip(first).Take(height)], cursor.Value.Row - first, cursor.Value.Column);

        void Break(string start)
        {
            rows.Add(row.ToString());
            row.Clear().Append(start);
            column = TextWidth.Of(start);
        }
    }

    /// <summary>
    /// How many rows of the terminal the cursor is below the first row of this screen, after the terminal became this wide: rows that are too long now
    /// were broken by it, as terminals do today.
    /// </summary>
    internal int RowsAboveCursor(int width)
        => Rows.Take(CursorRow).Sum(row => Math.Max(1, (TextWidth.Of(row) + width - 1) / width)) + (CursorColumn / width);

    static string Shown(ReadOnlySpan<char> cluster) => cluster switch
    {
        "\n" => "",
        "\t" => "    ",
        _ => TerminalText.Clean(cluster.ToString()),
    };
}
