using System.Text;
using Hearth.Cli.Markdown;
using Hearth.Cli.Terminals;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Shows the input as a model's answer, whole and in pieces. The first byte chooses the width of the terminal and whether it has colours, the second
/// the length of a piece.
/// </summary>
static class MarkdownTarget
{
    const int Longest = 1024;

    internal static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
            return;
        var (width, color, size) = (1 + (input[0] / 2), input[0] % 2 == 1, 1 + input[1]);
        var text = Encoding.UTF8.GetString(input[2..Math.Min(input.Length, Longest)]);
        var whole = Render(text, text.Length, width, color);
        FuzzFinding.Unless(whole == Render(text, size, width, color), "how an answer is cut does not matter");
        FuzzFinding.Unless(WithoutStyles(whole).All(TerminalText.IsHarmless), "nothing shown steers a terminal");
    }

    static string Render(string text, int size, int width, bool color)
    {
        var shown = new StringBuilder();
        var renderer = new MarkdownRenderer(piece => shown.Append(piece), () => width, color);
        for (var at = 0; at < text.Length; at += size)
            renderer.Write(text.Substring(at, Math.Min(size, text.Length - at)));
        renderer.Finish();
        return shown.ToString();
    }

    /// <summary>What is left without the sequences that set a style: ESC, bracket, digits and semicolons, m.</summary>
    static string WithoutStyles(string shown)
    {
        var rest = new StringBuilder();
        for (var at = 0; at < shown.Length; at++)
        {
            var end = at + 2;
            while (end < shown.Length && (char.IsAsciiDigit(shown[end]) || shown[end] == ';'))
                end++;
            if (shown[at] == '\e' && end < shown.Length && shown[at + 1] == '[' && shown[end] == 'm')
                at = end;
            else
                rest.Append(shown[at]);
        }

        return rest.ToString();
    }
}
