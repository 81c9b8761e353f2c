using System.Text;

namespace Hearth.Cli.Terminals;

/// <summary>Lines that are painted again and again at the same place. Each is written over the one before and only its rest is wiped, so that nothing flickers.</summary>
sealed class LiveScreen(Terminal terminal)
{
    IReadOnlyList<string> _painted = [];

    /// <summary>Columns for a line. The last one stays free: what a terminal does after a letter there differs.</summary>
    internal int Width => terminal.Width - 1;

    /// <summary>Paints the lines; those that the terminal has no room for are counted instead.</summary>
    internal void Paint(IReadOnlyList<string> lines)
    {
        var room = terminal.Height - 1;
        var shown = lines.Count <= room ? lines : [.. lines.Take(room - 1), $"… {lines.Count - room + 1} more lines"];
        // A terminal that was made narrower has broken the lines that stood there.
        var up = _painted.Sum(line => Math.Max(1, (TextWidth.Of(line) + Width) / (Width + 1))) - 1;
        var text = new StringBuilder("\r");
        if (up > 0)
            text.Append($"\e[{up}A");
        text.AppendJoin("\e[K\r\n", shown).Append("\e[J");
        terminal.Write(text.ToString());
        _painted = shown;
    }

    /// <summary>Leaves the lines where they are and goes to the one below.</summary>
    internal void Leave()
    {
        if (_painted.Count > 0)
            terminal.Write("\r\n");
        _painted = [];
    }
}
