using Hearth.Cli.Terminals;

namespace Hearth.Cli.Output;

/// <summary>Shows what a model thinks as it comes, dim where that is possible and apart from the answer.</summary>
/// <param name="write">Where it goes.</param>
/// <param name="isTerminal">True: what could control a terminal is left out.</param>
/// <param name="color">True: escape sequences are welcome.</param>
sealed class ThoughtText(Action<string> write, bool isTerminal, bool color)
{
    bool _begun;

    internal void Write(string piece)
    {
        if (piece.Length == 0)
            return;
        var text = isTerminal ? TerminalText.Clean(piece) : piece;
        write(color && !_begun ? $"\e[2m{text}" : text);
        _begun = true;
    }

    /// <summary>The answer begins, or nothing more comes.</summary>
    internal void Finish()
    {
        if (_begun)
            write(color ? "\e[0m\n\n" : "\n\n");
        _begun = false;
    }
}
