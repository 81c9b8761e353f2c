using Hearth.Cli.Markdown;
using Hearth.Cli.Terminals;

namespace Hearth.Cli.Chat;

/// <summary>Shows an answer while it is made: Markdown on a terminal, the plain text elsewhere, nothing where a JSON object comes at the end.</summary>
sealed class AnswerView
{
    readonly Action<string> _write;
    readonly Action _finish;

    internal AnswerView(Terminal terminal, bool json)
    {
        if (json)
        {
            _write = static _ => { };
            _finish = static () => { };
        }
        else if (terminal.OutputIsTerminal)
        {
            var markdown = new MarkdownRenderer(terminal.Write, () => terminal.Width, terminal.Color);
            _write = markdown.Write;
            _finish = () =>
            {
                markdown.Finish();
                terminal.Write("\n");
            };
        }
        else
        {
            _write = terminal.Write;
            _finish = () => terminal.Write("\n");
        }
    }

    internal void Write(string piece) => _write(piece);

    /// <summary>The answer is complete, or was stopped after its beginning.</summary>
    internal void Finish() => _finish();
}
