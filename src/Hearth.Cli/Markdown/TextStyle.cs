namespace Hearth.Cli.Markdown;

/// <summary>How a piece of text looks; the values combine.</summary>
[Flags]
enum TextStyle
{
    Plain = 0,
    Bold = 1,
    Italic = 2,
    Code = 4,
    Dim = 8,
    Underlined = 16,
    Struck = 32,
}

/// <summary>The escape sequences of styles (ECMA-48, select graphic rendition).</summary>
static class StyleSequences
{
    static readonly (TextStyle Style, string Code)[] Codes =
    [
        (TextStyle.Bold, "1"), (TextStyle.Dim, "2"), (TextStyle.Italic, "3"), (TextStyle.Underlined, "4"), (TextStyle.Struck, "9"), (TextStyle.Code, "36"),
    ];

    /// <summary>By style: a table may change it at every character.</summary>
    static readonly string[] All = [.. Enumerable.Range(0, 2 * (int)TextStyle.Struck).Select(style => Make((TextStyle)style))];

    /// <summary>What sets exactly this style.</summary>
    internal static string Of(TextStyle style) => All[(int)style];

    static string Make(TextStyle style) => $"\e[{string.Join(';', Codes.Where(c => style.HasFlag(c.Style)).Select(c => c.Code).Prepend("0"))}m";
}
