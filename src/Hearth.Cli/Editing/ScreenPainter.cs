using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Editing;

/// <summary>Puts the screen of the editor onto the terminal, over the one before.</summary>
sealed class ScreenPainter(Terminal terminal)
{
    EditorScreen? _painted;

    /// <summary>Paints a screen; the cursor ends where it belongs.</summary>
    /// <param name="screen">What is to be seen.</param>
    /// <param name="width">Columns of the terminal at this moment.</param>
    internal void Paint(EditorScreen screen, int width)
    {
        var text = new StringBuilder($"\r{Move(_painted?.RowsAboveCursor(width) ?? 0, 'A')}\e[J");
        text.AppendJoin("\r\n", screen.Rows);
        var up = screen.Rows.Count - 1 - screen.CursorRow;
        text.Append('\r').Append(Move(up, 'A')).Append(Move(screen.CursorColumn, 'C'));
        terminal.Write(text.ToString());
        _painted = screen;
    }

    /// <summary>Leaves the text where it is and goes to the line below.</summary>
    internal void Leave(EditorScreen screen)
    {
        terminal.Write($"{Move(screen.Rows.Count - 1 - screen.CursorRow, 'B')}\r\n");
        _painted = null;
    }

    /// <summary>Something else was written: the next screen begins where the cursor is.</summary>
    internal void Forget() => _painted = null;

    /// <summary>Wipes the terminal; the next screen begins at its top.</summary>
    internal void Clear()
    {
        terminal.Write("\e[H\e[2J");
        _painted = null;
    }

    static string Move(int count, char direction) => count > 0 ? $"\e[{count}{direction}" : "";
}
