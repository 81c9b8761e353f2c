using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Editing;

/// <summary>Puts the screen of the editor onto the terminal, over the one before.</summary>
sealed class ScreenPainter(Terminal terminal)
{
    int _cursorRow;

    /// <summary>Paints a screen; the cursor ends where it belongs.</summary>
    internal void Paint(EditorScreen screen)
    {
        var text = new StringBuilder(Home());
        text.AppendJoin("\r\n", screen.Rows);
        var up = screen.Rows.Count - 1 - screen.CursorRow;
        text.Append('\r').Append(Move(up, 'A')).Append(Move(screen.CursorColumn, 'C'));
        terminal.Write(text.ToString());
        _cursorRow = screen.CursorRow;
    }

    /// <summary>Leaves the text where it is and goes to the line below.</summary>
    internal void Leave(EditorScreen screen)
    {
        terminal.Write($"{Move(screen.Rows.Count - 1 - screen.CursorRow, 'B')}\r\n");
        _cursorRow = 0;
    }

    /// <summary>Wipes the terminal; the next screen begins at its top.</summary>
    internal void Clear()
    {
        terminal.Write("\e[H\e[2J");
        _cursorRow = 0;
    }

    string Home() => $"\r{Move(_cursorRow, 'A')}\e[J";

    static string Move(int count, char direction) => count > 0 ? $"\e[{count}{direction}" : "";
}
