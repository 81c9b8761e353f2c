using System.Text;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;

namespace Hearth.Tests.Cli.Commands;

public sealed class TextLinesTests
{
    [Theory]
    [InlineData("{\"text\": \"a\"}\n{\"id\": 7, \"text\": \"\"}\n", "a|")]
    [InlineData("\uFEFF{\"text\": \"a\"}\r\n\r\n  {\"text\": \"b\"}  \r\n", "a|b")]
    [InlineData("\n{\"text\": \"\uFEFFa\"}", "\uFEFFa")]
    public void A_text_stands_on_every_line_that_is_not_empty(string file, string texts)
        => Assert.Equal(texts.Split('|'), TextLines.Parse(Encoding.UTF8.GetBytes(file), "f").Select(text => text.Reveal()));

    [Theory]
    [InlineData("{\"text\": \"a\"}\n{\"text\": null}\n", "Line 2")]
    [InlineData("{\"text\": \"a\"}\n\n[\"b\"]\n", "Line 3")]
    [InlineData("{\"text\": \"a\"} {\"text\": \"b\"}\n", "Line 1")]
    [InlineData("{\"text\": \"\\ud800\"}", "Line 1")]
    [InlineData("{\"text\": \"a\"}\n\uFEFF{\"text\": \"b\"}", "Line 2")]
    [InlineData("\uFEFF", "holds no text")]
    [InlineData("", "holds no text")]
    public void A_line_that_holds_no_text_is_named(string file, string found)
        => Assert.Contains(found, Assert.Throws<CliException>(() => TextLines.Parse(Encoding.UTF8.GetBytes(file), "f")).Message, StringComparison.Ordinal);
}
