using Hearth.Cli.Chat;

namespace Hearth.Tests.Cli.Chat;

public sealed class ChatCommandsTests
{
    [Theory]
    [InlineData("/s", "/s")]
    [InlineData("/sy", "/system ")]
    [InlineData("/c", "/c")]
    [InlineData("/cl", "/clear")]
    [InlineData("/", "/")]
    [InlineData("/x", "/x")]
    [InlineData("hello", "hello")]
    public void Tab_completes_the_names_of_commands(string line, string expected) => Assert.Equal(expected, ChatCommands.Complete(line));
}
