using System.Threading.Channels;
using Hearth.Inference.Scheduling;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Scheduling;

public sealed class PiecesTests
{
    readonly Channel<GenerationEvent> _events = Channel.CreateUnbounded<GenerationEvent>();
    readonly ManualClock _clock = new();
    readonly Pieces _pieces;

    public PiecesTests() => _pieces = new(_events.Writer, _clock);

    [Fact]
    public void The_first_piece_goes_at_once_and_what_follows_within_a_sixtieth_of_a_second_goes_together()
    {
        for (var token = 0; token < 9; token++)
        {
            _pieces.Say(Said($"{token}", token));
            _clock.Advance(TimeSpan.FromMilliseconds(6));
        }

        _pieces.Flush();
        Assert.Equal(["0", "123", "456", "78"], Texts());
    }

    [Fact]
    public void Slow_answers_come_token_by_token()
    {
        for (var token = 0; token < 3; token++)
        {
            _pieces.Say(Said($"{token}", token));
            _clock.Advance(TimeSpan.FromMilliseconds(17));
        }

        Assert.Equal(["0", "1", "2"], Texts());
    }

    [Fact]
    public void A_piece_has_everything_of_its_tokens_in_their_order()
    {
        _pieces.Say(Said("", 0));
        _pieces.Say(Said("", 1) with { Reasoning = "why", LogProbabilities = [new(1, -1, [])] });
        _pieces.Say(Said("so", 2) with { Reasoning = ", then", LogProbabilities = [new(2, -2, [])] });
        _pieces.Flush();

        Assert.True(_events.Reader.TryRead(out _));
        Assert.True(_events.Reader.TryRead(out var told));
        var piece = Assert.IsType<Delta>(told);
        Assert.Equal("why, then", piece.Reasoning.Reveal());
        Assert.Equal("so", piece.Text.Reveal());
        Assert.Equal([1, 2], piece.Tokens);
        Assert.Equal([1, 2], piece.LogProbabilities.Select(p => p.Token));
        Assert.False(_events.Reader.TryRead(out _));
    }

    [Fact]
    public void What_is_thought_and_what_is_said_are_pieces_of_their_own()
    {
        _pieces.Say(Said("a", 0));
        _pieces.Say(Said("b", 1));
        _pieces.Say(Said("", 2) with { Reasoning = "hm" });
        _pieces.Say(Said("", 3) with { Reasoning = "hm" });
        _pieces.Say(Said("", 4));
        _pieces.Say(Said("c", 5));
        _pieces.Say(Said("d", 6));
        _pieces.Flush();

        Assert.Equal(["a", "b", "hmhm|", "cd"], Texts());
    }

    [Fact]
    public void A_call_does_not_wait_and_what_was_said_before_it_comes_with_it()
    {
        _pieces.Say(Said("a", 0));
        _pieces.Say(Said("b", 1));
        _pieces.Say(Said("", 2) with { ToolCalls = [new ToolCall("1", "f", "{}")] });

        Assert.Equal(["a", "b"], Texts());
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(256, 4)]
    public void Little_is_held_back_however_fast_it_comes(int characters, int together)
    {
        for (var token = 0; token < 1 + together; token++)
            _pieces.Say(Said(new('x', characters), token));

        Assert.Equal([characters, together * characters], Texts().Select(t => t.Length));
    }

    static Delta Said(string text, int token) => new(text, [token], []);

    List<string> Texts()
    {
        var texts = new List<string>();
        while (_events.Reader.TryRead(out var said))
            texts.Add(said is Delta { Reasoning.Length: > 0 } thought ? $"{thought.Reasoning.Reveal()}|{thought.Text.Reveal()}" : ((Delta)said).Text.Reveal());
        return texts;
    }
}
