using System.Text;
using CsCheck;
using Hearth.Inference.Sampling;
using Hearth.Requests;

namespace Hearth.Tests.Inference.Sampling;

public sealed class StopMatcherTests
{
    [Theory]
    [InlineData("stop", "a st/op b", "a ", "stop")]
    [InlineData("stop", "a st/ay", "a stay", null)]
    [InlineData("aab", "aaa/ab", "aa", "aab")]
    [InlineData("\n\n", "one\n/\ntwo", "one", "\n\n")]
    [InlineData("abc,b", "ab", "a", "b")]
    [InlineData("ab,b", "a/b", "", "ab")]
    [InlineData("abcd,bc", "abcd", "a", "bc")]
    [InlineData("", "text", "text", null)]
    [InlineData("<|end|>", "x<|e/nd|>", "x", "<|end|>")]
    [InlineData("<|end|>", "x<<|end|>y", "x<", "<|end|>")]
    public void A_stop_text_ends_the_answer_wherever_pieces_are_cut(string stops, string pieces, string text, string? found)
    {
        var matcher = new StopMatcher([.. stops.Split(',', StringSplitOptions.RemoveEmptyEntries)]);
        var shown = string.Concat(pieces.Split('/').Select(matcher.Append));
        Assert.Equal((text, found), (shown + matcher.Flush(), matcher.Found));
    }

    [Fact]
    public void Only_what_may_become_a_stop_text_is_held_back()
    {
        var matcher = new StopMatcher(["Human:", "\nUser"]);
        Assert.Equal("Hello ", matcher.Append("Hello Hum"));
        Assert.Equal("Humble", matcher.Append("ble\n"));
        Assert.Equal("\n", matcher.Append("\n"));
        Assert.Equal("", matcher.Append("Use"));
        Assert.Equal("\nUse", matcher.Flush());
        Assert.Equal("", matcher.Flush());
    }

    [Fact]
    public void Without_stop_texts_a_piece_goes_through_as_it_is()
    {
        var piece = new string('x', 3);
        Assert.Same(piece, new StopMatcher([]).Append(piece));
    }

    [Fact]
    public void Nothing_follows_a_stop_text()
    {
        var matcher = new StopMatcher(["."]);
        Assert.Equal("End", matcher.Append("End. More"));
        Assert.Equal("", matcher.Append(" and more"));
        Assert.Equal("", matcher.Flush());
    }

    /// <summary>The definition: the match that ends first, the longest of those; whole characters come out, and as much of them as can be.</summary>
    [Fact]
    public void Any_cut_of_any_text_gives_what_a_search_of_the_whole_gives()
    {
        var text = Gen.OneOf([Gen.Const("a"), Gen.Const("b"), Gen.Const("ab"), Gen.Const("aab"), Gen.Const("\U0001F600"), Gen.Const("\U0001F601"), Gen.Const("c")]).Array[0, 30].Select(parts => string.Concat(parts));
        var stops = Gen.OneOf([Gen.Const("a"), Gen.Const("b"), Gen.Const("ab"), Gen.Const("aa"), Gen.Const("abab"), Gen.Const("\U0001F600"), Gen.Const("\U0001F601b")]).Array[1, 4].Select(parts => string.Concat(parts)).Array[0, 4];
        Gen.Select(text, stops, Gen.Int[1, 5]).Sample((whole, ends, size) =>
        {
            var matcher = new StopMatcher([.. ends]);
            var shown = new StringBuilder();
            for (var i = 0; i < whole.Length; i += size)
            {
                var piece = matcher.Append(whole[i..Math.Min(i + size, whole.Length)]);
                Assert.False(piece.Length > 0 && char.IsHighSurrogate(piece[^1]));
                shown.Append(piece);
            }

            shown.Append(matcher.Flush());
            var match = ends.Select(s => (Start: whole.IndexOf(s, StringComparison.Ordinal), Text: s)).Where(m => m.Start >= 0)
                .OrderBy(m => m.Start + m.Text.Length).ThenByDescending(m => m.Text.Length).FirstOrDefault((Start: whole.Length, Text: null!));
            Assert.Equal((whole[..match.Start], match.Text), (shown.ToString(), matcher.Found));
        });
    }

    [Fact]
    public void A_long_answer_costs_a_time_that_grows_with_its_length()
    {
        var matcher = new StopMatcher([new string('a', 1000) + "b"]);
        var piece = new string('a', 100);
        var shown = 0;
        for (var i = 0; i < 10_000; i++)
            shown += matcher.Append(piece).Length;
        Assert.Equal(1_000_000 - 1000, shown);
    }

    [Fact]
    public void Empty_and_too_many_stop_texts_are_refused()
    {
        Assert.Equal(FailureCode.InvalidRequest, Assert.Throws<EngineException>(() => new StopMatcher(["a", ""])).Code);
        Assert.Equal(FailureCode.InvalidRequest, Assert.Throws<EngineException>(() => new StopMatcher([.. Enumerable.Repeat("a", 17)])).Code);
    }
}
