using System.Text;
using CsCheck;
using Hearth.Cli.Editing;

namespace Hearth.Tests.Cli.Editing;

public sealed class KeyDecoderTests
{
    [Theory]
    [InlineData("a", "Text:a")]
    [InlineData("é漢👍", "Text:é Text:漢 Text:👍")]
    [InlineData("\r", "Enter")]
    [InlineData("\n", "NewLine")]
    [InlineData("\e\r", "NewLine")]
    [InlineData("\e[13;2u", "NewLine")]
    [InlineData("\e[A\eOB\e[C\e[D", "Up Down Right Left")]
    [InlineData("\e[H\e[F\e[1~\e[4~\eOH", "Home End Home End Home")]
    [InlineData("\e[3~\u007F", "Delete Backspace")]
    [InlineData("\e[1;5C\eb\ed", "WordRight WordLeft DeleteWordRight")]
    [InlineData("\u0001\u0005\u0017\u0015\u000B\u0019", "Home End DeleteWordLeft DeleteToStart DeleteToEnd Yank")]
    [InlineData("\u0003\u0004\u000C\t", "Interrupt EndOfInput ClearScreen Tab")]
    [InlineData("\e[200~line\r\ntwo\e[31m\e[201~x", "Paste:line\ntwo[31m Text:x")]
    [InlineData("\e[99;99zx", "Text:x")]
    [InlineData("\u0000\u001Cx", "Text:x")]
    [InlineData("\e\e[Ax", "Up Text:x")]
    public void Bytes_become_keys(string bytes, string expected) => Assert.Equal(expected, Show(new KeyDecoder().Feed(Encoding.UTF8.GetBytes(bytes))));

    [Fact]
    public void How_the_bytes_are_cut_makes_no_difference()
        => OneOf("a", "é", "👍", "\e[A", "\e[200~x\ny\e[201~", "\r", "\e[1;5C", "\eOH", "\u0003").List[0, 8].Select(p => string.Concat(p))
            .Select(Gen.Int[1, 5], (text, size) => (text, size)).Sample(t =>
            {
                var bytes = Encoding.UTF8.GetBytes(t.text);
                var pieces = new KeyDecoder();
                var keys = bytes.Chunk(t.size).SelectMany(chunk => pieces.Feed(chunk)).ToList();
                return Show(keys) == Show(new KeyDecoder().Feed(bytes));
            });

    [Fact]
    public void Any_bytes_are_taken_without_a_failure_and_later_keys_are_still_seen()
        => Gen.Byte.Array[0, 40].Sample(bytes =>
        {
            var decoder = new KeyDecoder();
            decoder.Feed(bytes);
            decoder.GiveUpWaiting();
            var after = decoder.Feed("\e[201~zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"u8);
            return after.Count > 0;
        });

    [Fact]
    public void Escape_alone_is_forgotten_after_a_while()
    {
        var decoder = new KeyDecoder();
        Assert.Empty(decoder.Feed("\e"u8));
        Assert.True(decoder.IsWaiting);
        decoder.GiveUpWaiting();
        Assert.Equal("Text:[ Text:A", Show(decoder.Feed("[A"u8)));
    }

    static string Show(IEnumerable<Key> keys) => string.Join(' ', keys.Select(k => k.Text.Length > 0 ? $"{k.Kind}:{k.Text}" : $"{k.Kind}"));

    static Gen<string> OneOf(params string[] texts) => Gen.OneOf([.. texts.Select(Gen.Const)]);
}
