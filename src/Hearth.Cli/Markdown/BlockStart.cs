namespace Hearth.Cli.Markdown;

/// <summary>What a line is.</summary>
enum BlockKind
{
    /// <summary>Its beginning does not say yet.</summary>
    Undecided,
    Paragraph,
    Heading,
    Bullet,
    Numbered,
    Quote,
    Rule,
    Fence,
    Table,
}

/// <summary>The beginning of a line.</summary>
/// <param name="Kind">What it begins.</param>
/// <param name="Length">Characters that belong to the beginning.</param>
/// <param name="Marker">The mark itself: hashes, bullet, number, fence.</param>
readonly record struct BlockStart(BlockKind Kind, int Length = 0, string Marker = "")
{
    /// <summary>Decides from as few characters as possible, so that text appears while it is made.</summary>
    /// <param name="line">The line so far.</param>
    /// <param name="ended">It is complete.</param>
    internal static BlockStart Read(ReadOnlySpan<char> line, bool ended)
    {
        var indent = line.Length - line.TrimStart(' ').Length;
        var start = Read(line[indent..], ended, new BlockStart(ended ? BlockKind.Paragraph : BlockKind.Undecided));
        return start with { Length = start.Kind == BlockKind.Paragraph ? 0 : start.Length + indent };
    }

    static BlockStart Read(ReadOnlySpan<char> text, bool ended, BlockStart undecided)
    {
        if (text.Length == 0)
            return undecided;
        var run = text.Length - text.TrimStart(text[0]).Length;
        var isRunOnly = run == text.Length;
        var next = isRunOnly ? '\0' : text[run];
        return text[0] switch
        {
            '#' when run <= 6 && (next == ' ' || isRunOnly) => isRunOnly ? undecided : new(BlockKind.Heading, run + 1, text[..run].ToString()),
            '-' or '+' or '*' when run == 1 && next == ' ' => new(BlockKind.Bullet, 2, "•"),
            '-' or '*' or '_' when isRunOnly => ended && run >= 3 ? new(BlockKind.Rule, run) : undecided,
            '`' or '~' when run >= 3 => Fence(text, run, ended, undecided),
            '`' or '~' or '+' when isRunOnly => undecided,
            '>' => text.Length == 1 && !ended ? undecided : new(BlockKind.Quote, text.StartsWith("> ") ? 2 : 1),
            '|' => ended ? new(BlockKind.Table, text.Length) : undecided,
            >= '0' and <= '9' => Number(text, undecided),
            _ => new(BlockKind.Paragraph),
        };
    }

    static BlockStart Fence(ReadOnlySpan<char> text, int run, bool ended, BlockStart undecided)
        => text[0] == '`' && text.LastIndexOf('`') >= run ? new(BlockKind.Paragraph) : ended ? new(BlockKind.Fence, text.Length, text[..run].ToString()) : undecided;

    static BlockStart Number(ReadOnlySpan<char> text, BlockStart undecided)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        if (digits > 9)
            return new(BlockKind.Paragraph);
        if (digits == text.Length)
            return undecided;
        if (text[digits] is not ('.' or ')'))
            return new(BlockKind.Paragraph);
        if (digits + 1 == text.Length)
            return undecided;
        return text[digits + 1] == ' ' ? new(BlockKind.Numbered, digits + 2, text[..(digits + 1)].ToString()) : new(BlockKind.Paragraph);
    }
}
