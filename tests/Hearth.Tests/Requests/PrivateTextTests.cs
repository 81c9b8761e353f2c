using System.Globalization;
using System.Text;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;

namespace Hearth.Tests.Requests;

/// <summary>No way but <see cref="PrivateText.Reveal"/> leads to the text.</summary>
public sealed class PrivateTextTests
{
    const string Canary = "canary-7";
    const string Shown = "PrivateText(8 characters)";

    static readonly PrivateText Text = Canary;

    [Fact]
    public void Reveal_gives_the_text()
        => Assert.Equal((Canary, 8, "", 0), (Text.Reveal(), Text.Length, default(PrivateText).Reveal(), default(PrivateText).Length));

    [Fact]
    public void Whatever_makes_a_string_of_it_shows_its_length_only()
    {
        Assert.Equal(Shown, Text.ToString());
        Assert.Equal($"<{Shown}>", $"<{Text}>");
        Assert.Equal($"<{Shown}>", "<" + Text + ">");
        Assert.Equal(Shown, string.Create(CultureInfo.InvariantCulture, $"{Text}"));
        Assert.Equal(Shown, string.Format(CultureInfo.InvariantCulture, "{0}", Text));
        Assert.Equal(Shown, string.Concat((PrivateText[])[Text]));
        Assert.Equal(Shown, string.Join(',', (PrivateText?[])[Text]));
        Assert.Equal(Shown, new StringBuilder().Append(Text).ToString());
        Assert.Equal(Shown, Convert.ToString((object)Text, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_serializer_finds_its_length_only()
    {
        Assert.Equal("""{"Length":8}""", JsonSerializer.Serialize(Text));
        Assert.DoesNotContain(Canary, JsonSerializer.Serialize(new Delta(Text, [], []) { Reasoning = Text }), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, JsonSerializer.Serialize(new ChatMessage("user", Text) { Reasoning = Text }), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_texts_are_equal_and_the_default_is_the_empty_text()
    {
        Assert.Equal(new PrivateText(Canary), Text);
        Assert.NotEqual(new PrivateText("canary-8"), Text);
        Assert.Equal(new PrivateText(""), default);
    }

    [Fact]
    public void No_text_stays_no_text()
    {
        Assert.Null(PrivateText.OrNull(null));
        Assert.Equal(Text, PrivateText.OrNull(Canary));
        Assert.Throws<ArgumentNullException>(() => new PrivateText(null!));
    }

    [Fact]
    public void A_token_is_text_too()
        => Assert.Equal(("-0.5", "-1.5"), ($"{new TokenLogProbability(4711, -0.5f, [])}", $"{new TopToken(4711, -1.5f)}"));

    [Fact]
    public void A_failure_does_not_show_the_words_of_a_template()
        => Assert.DoesNotContain(Canary, new EngineException(FailureCode.Template, "m", "e", "r") { Words = Text }.ToString(), StringComparison.Ordinal);
}
