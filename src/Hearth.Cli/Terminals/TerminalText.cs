namespace Hearth.Cli.Terminals;

/// <summary>Text from outside as a terminal may see it: a model, a file or a path must not control the terminal.</summary>
static class TerminalText
{
    /// <summary>
    /// Whether a character may reach a terminal. C0 controls except line feed and tab, DEL and the C1 controls may not: without ESC (1B) and
    /// CSI (9B) no sequence can begin (ECMA-48, 5.3–5.4). Neither may the overrides of the writing direction, which show other text than there is.
    /// </summary>
    internal static bool IsHarmless(char c) => c switch
    {
        '\n' or '\t' => true,
        < ' ' or (>= '\u007F' and <= '\u009F') => false,
        '\u202D' or '\u202E' => false,
        _ => true,
    };

    /// <summary>The text without what could control a terminal.</summary>
    internal static string Clean(string text)
    {
        foreach (var c in text)
        {
            if (!IsHarmless(c))
                return string.Concat(text.Where(IsHarmless));
        }

        return text;
    }
}
