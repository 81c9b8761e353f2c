using System.Text;
using Hearth.Cli.Terminals;

namespace Hearth.Tests.Cli.Terminals;

/// <summary>Lines that are painted over themselves.</summary>
public sealed class LiveScreenTests : IDisposable
{
    readonly MemoryStream _output = new();
    int _width = 40, _height = 10;

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_line_is_written_over_the_one_before_and_nothing_is_wiped_first()
    {
        var screen = Screen();
        screen.Paint(["one", "two"]);
        Assert.Equal("\rone\e[K\r\ntwo\e[J", Written());
        screen.Paint(["1", "2", "3"]);
        Assert.Equal("\r\e[1A1\e[K\r\n2\e[K\r\n3\e[J", Written());
        screen.Paint(["x"]);
        Assert.Equal("\r\e[2Ax\e[J", Written());
        screen.Leave();
        Assert.Equal("\r\n", Written());
    }

    [Fact]
    public void A_terminal_that_became_narrower_has_broken_the_lines()
    {
        var screen = Screen();
        screen.Paint([new string('x', 39), "y"]);
        _ = Written();
        _width = 20;
        screen.Paint(["z"]);
        Assert.StartsWith("\r\e[2Az", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_for_which_there_is_no_room_are_counted()
    {
        _height = 5;
        var screen = Screen();
        screen.Paint(["1", "2", "3", "4", "5", "6"]);
        Assert.Equal("\r1\e[K\r\n2\e[K\r\n3\e[K\r\n… 3 more lines\e[J", Written());
    }

    LiveScreen Screen() => new(new(Stream.Null, _output, Stream.Null, new(false, true, false, false, () => _width, () => _height)));

    string Written()
    {
        var text = Encoding.UTF8.GetString(_output.ToArray());
        _output.SetLength(0);
        return text;
    }
}
