using Hearth.Cli.Terminals;

namespace Hearth.Tests.Cli.Terminals;

public sealed class TextWidthTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("漢字", 4)]
    [InlineData("ｱ", 1)]
    [InlineData("Ａ", 2)]
    [InlineData("한", 2)]
    [InlineData("👍", 2)]
    [InlineData("👍🏽", 2)]
    [InlineData("👨‍👩‍👧", 2)]
    [InlineData("🇩🇪", 2)]
    [InlineData("❤", 1)]
    [InlineData("❤️", 2)]
    [InlineData("\u200B", 0)]
    [InlineData("─│•…", 4)]
    public void Columns_are_counted_as_terminals_count_them(string text, int expected) => Assert.Equal(expected, TextWidth.Of(text));
}
