using System.Text;
using Hearth.Cli.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Chat;

public sealed class ThinkingViewTests : IDisposable
{
    readonly MemoryStream _output = new(), _error = new();
    readonly ManualClock _clock = new();
    string _note = "";

    string Output => Encoding.UTF8.GetString(_output.ToArray());

    string Error => Encoding.UTF8.GetString(_error.ToArray());

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_line_counts_seconds_and_tokens_and_stays_when_the_answer_begins()
    {
        Think(View(terminal: true, color: true, unfolded: false));
        Assert.Equal("\r\e[2mthinking… 0 ms, 1 tokens\e[0m\e[K\r\e[2mthinking… 3.0 s, 2 tokens\e[0m\e[K\r\e[2mthought for 3.0 s, 2 tokens · /thinking shows it\e[0m\e[K\n", Output);
    }

    [Fact]
    public void Without_escape_sequences_one_line_says_how_long_it_was()
    {
        Think(View(terminal: true, color: false, unfolded: false));
        Assert.Equal("thought for 3.0 s, 2 tokens\n", Output);
    }

    [Fact]
    public void Where_standard_output_is_no_terminal_it_holds_the_answer_alone()
    {
        Think(View(terminal: false, color: false, unfolded: false));
        Assert.Equal(("", "thought for 3.0 s, 2 tokens"), (Output, _note));
        Think(View(terminal: false, color: false, unfolded: true));
        Assert.Equal(("", "a\e[31mb\n\n"), (Output, Error));
    }

    [Fact]
    public void Unfolded_thoughts_are_dim_and_cannot_control_the_terminal()
    {
        Think(View(terminal: true, color: true, unfolded: true));
        Assert.Equal("\e[2ma[31mb\e[0m\n\n", Output);
    }

    [Fact]
    public void An_answer_without_thoughts_shows_nothing()
    {
        var view = View(terminal: true, color: true, unfolded: false);
        view.Write(new("Hello", [1], []));
        view.Finish();
        Assert.Equal("", Output);
    }

    ThinkingView View(bool terminal, bool color, bool unfolded)
        => new(new(Stream.Null, _output, _error, new(false, terminal, false, color, () => 80, () => 24)), note => _note = note, unfolded, _clock);

    void Think(ThinkingView view)
    {
        view.Write(new("", [1], []) { Reasoning = "a" });
        _clock.Advance(TimeSpan.FromSeconds(3));
        view.Write(new("", [2], []) { Reasoning = "\e[31mb" });
        view.Finish();
    }
}
