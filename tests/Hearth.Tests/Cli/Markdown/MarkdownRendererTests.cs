using System.Text;
using CsCheck;
using Hearth.Cli.Markdown;
using Hearth.Cli.Terminals;

namespace Hearth.Tests.Cli.Markdown;

public sealed class MarkdownRendererTests
{
    const string B = "\e[0;1m", I = "\e[0;3m", C = "\e[0;36m", D = "\e[0;2m", U = "\e[0;4m", O = "\e[0m";

    static readonly Gen<string> AnyMarkdown = OneOf(
        "word", " ", " ", "\n", "\n", "**", "*", "_", "`", "```", "# ", "- ", "1. ", "> ", "| a | b |\n", "|---|--:|\n", "[", "](", ")", "~~", "\\", "!", "é",
        "漢字", "👨‍👩‍👧", "\t", "\e[31m", "---", "\r", "<b>").List[0, 30].Select(p => string.Concat(p));

    public static TheoryData<string, string> Cases => new()
    {
        { "plain text", "plain text" },
        { "a **bold** word", $"a {B}bold{O} word" },
        { "a *slanted* word", $"a {I}slanted{O} word" },
        { "_both_ and __both__", $"{I}both{O} and {B}both{O}" },
        { "***all***", "\e[0;1;3mall" + O },
        { "**bold with `code`**", $"{B}bold with \e[0;1;36mcode{O}" },
        { "use `a*b*c` here", $"use {C}a*b*c{O} here" },
        { "``a ` b``", $"{C}a ` b{O}" },
        { "2 * 3 * 4 = 24", "2 * 3 * 4 = 24" },
        { "snake_case_name", "snake_case_name" },
        { "an open **mark", "an open **mark" },
        { "an open `mark", "an open `mark" },
        { "~~gone~~ ~once~", "\e[0;9mgone" + O + " ~once~" },
        { "\\*literal\\*", "*literal*" },
        { "[name](https://x.y)", $"{U}name{D} (https://x.y){O}" },
        { "[not a link]", "[not a link]" },
        { "# Title\ntext", "\e[0;1;4mTitle" + O + "\ntext" },
        { "### Small\n", $"{B}Small{O}\n" },
        { "#hash", "#hash" },
        { "- one\n* two\n+ three\n", "• one\n• two\n• three\n" },
        { "  - nested", "  • nested" },
        { "1. one\n2) two", "1. one\n2) two" },
        { "3.14 is pi", "3.14 is pi" },
        { "2024", "2024" },
        { "> quoted", $"{D}│ {O}quoted" },
        { "---\n", $"{D}{new string('─', 30)}{O}\n" },
        { "- \n", "• \n" },
        { "**bold** start", $"{B}bold{O} start" },
        { "```cs\nvar x = 1; // *no*\n\n```\nafter", $"{C}  var x = 1; // *no*{O}\n{C}  {O}\nafter" },
        { "```\nopen", $"{C}  open{O}" },
        { "| a | bb |\n|---|---|\n| ccc | **d** |\nafter", $"{B}a{O}  {D} │ {B}bb{O}\n{D}────┼───{O}\nccc{D} │ {B}d{O}\nafter" },
        { "a line that is longer than thirty columns wide", "a line that is longer than\nthirty columns wide" },
        { "- a line that is longer than thirty columns", "• a line that is longer than\n  thirty columns" },
        { "漢字漢字漢字漢字漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢字漢字漢字漢\n字漢字" },
        { "\e[31mred\u009b0m\a\r\n", "[31mred0m\n" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Markdown_becomes_readable(string markdown, string expected) => Assert.Equal(Normalize(expected), Normalize(Render([markdown], true)));

    [Theory]
    [InlineData("# Title", "# Title")]
    [InlineData("a **bold** `code` [x](y)", "a bold `code` x (y)")]
    [InlineData("| a long cell | another long cell |\n|---|\n| b |\n", "a long cell │ another long\ncell\n──┼──\nb\n")]
    public void Without_colours_there_is_no_escape_sequence(string markdown, string expected) => Assert.Equal(expected, Render([markdown], false));

    [Fact]
    public void How_the_text_is_cut_makes_no_difference()
        => AnyMarkdown.Select(Gen.Int[1, 7], (text, size) => (text, size)).Sample(t =>
            Render(t.text.Chunk(t.size).Select(c => new string(c)), true) == Render([t.text], true));

    [Fact]
    public void Without_colours_nothing_but_text_and_line_feeds_comes_out_whatever_goes_in()
        => Gen.Select(Gen.OneOf(AnyMarkdown, Gen.String[0, 60]), Gen.Int[20, 60]).Sample((text, _)
            => Render([text], false).All(c => c == '\n' || TerminalText.IsHarmless(c)));

    [Fact]
    public void With_colours_the_only_sequences_are_our_own_and_the_last_one_is_a_reset()
        => AnyMarkdown.Sample(text =>
        {
            var output = Render([text], true);
            var codes = System.Text.RegularExpressions.Regex.Matches(output, "\e\\[[0-9;]*m");
            return output.Count(c => c == '\e') == codes.Count && (codes.Count == 0 || codes[^1].Value == O);
        });

    [Theory]
    [InlineData("", 150)]
    [InlineData("a", 700)]
    public void A_table_that_is_nearly_all_cells_takes_little_memory_for_each(string cell, int most)
    {
        const int cells = 4000;
        var line = string.Concat(Enumerable.Repeat($"|{cell}", cells)) + "\n";
        Render([line], true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Render([line], true);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / cells, 0, most);
    }

    [Fact]
    public void Text_appears_before_the_line_is_complete()
    {
        var written = new StringBuilder();
        var renderer = new MarkdownRenderer(s => written.Append(s), () => 80, true);
        renderer.Write("The first words of a long");
        Assert.Equal("The first words of a", written.ToString());
    }

    static string Render(IEnumerable<string> pieces, bool color)
    {
        var text = new StringBuilder();
        var renderer = new MarkdownRenderer(s => text.Append(s), () => 30, color);
        foreach (var piece in pieces)
            renderer.Write(piece);
        renderer.Finish();
        return text.ToString();
    }

    /// <summary>A reset right before another style says nothing, because each style begins with one.</summary>
    static string Normalize(string text)
    {
        for (string before; ;)
        {
            before = text;
            text = System.Text.RegularExpressions.Regex.Replace(text, "\e\\[0m( *)(\e\\[0;)", "$1$2");
            if (before == text)
                return text;
        }
    }

    static Gen<string> OneOf(params string[] texts) => Gen.OneOf([.. texts.Select(Gen.Const)]);
}
