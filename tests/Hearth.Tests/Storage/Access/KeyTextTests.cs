using Hearth.Storage.Access;

namespace Hearth.Tests.Storage.Access;

/// <summary>The text of a key.</summary>
public sealed class KeyTextTests
{
    const string Frozen = "hearth_0123456789_abcdefghjkmnpqrstvwxyz0123456789abcdefghjkmnpqrstvwx6s5nbhg";

    [Fact]
    public void A_key_of_known_bytes_has_a_known_text_so_that_keys_out_there_stay_good()
    {
        var key = KeyText.Create(count => [.. Enumerable.Range(0, count).Select(i => (byte)i)]);
        Assert.Equal(Frozen, key);
        Assert.Equal(77, key.Length);
        Assert.Equal("0123456789", KeyText.IdOf(key));
        Assert.Equal(KeyForm.Sound, KeyText.Judge(key));
    }

    [Fact]
    public void Keys_differ_in_every_place()
    {
        var keys = Enumerable.Range(0, 400).Select(_ => KeyText.Create(SystemRandom.Bytes)).ToList();
        Assert.Equal(400, keys.Distinct().Count());
        Assert.All(Enumerable.Range(7, 70).Where(at => at != 17), at => Assert.True(keys.Select(key => key[at]).Distinct().Count() > 20, $"place {at}"));
    }

    [Fact]
    public void Every_slip_of_one_character_is_told()
    {
        for (var at = 0; at < Frozen.Length; at++)
        {
            var expected = at < KeyText.Prefix.Length ? KeyForm.Other : KeyForm.Mistyped;
            Assert.Equal(expected, KeyText.Judge(Frozen.Remove(at, 1)));
            Assert.Equal(expected, KeyText.Judge(Frozen.Remove(at, 1).Insert(at, Frozen[at] == '7' ? "8" : "7")));
            if (at + 1 < Frozen.Length && Frozen[at] != Frozen[at + 1])
                Assert.NotEqual(KeyForm.Sound, KeyText.Judge($"{Frozen[..at]}{Frozen[at + 1]}{Frozen[at]}{Frozen[(at + 2)..]}"));
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("sk-1234567890", false)]
    [InlineData("HEARTH_0123456789", false)]
    [InlineData("hearth_", true)]
    [InlineData("hearth_0123456789_", true)]
    [InlineData(Frozen + " ", true)]
    [InlineData(Frozen + "0", true)]
    public void What_is_no_key_is_told(string text, bool beginsAsOne) => Assert.Equal(beginsAsOne ? KeyForm.Mistyped : KeyForm.Other, KeyText.Judge(text));

    [Theory]
    [InlineData("alice", "alice")]
    [InlineData(Frozen, "hearth_…")]
    [InlineData("key=HEARTH_01234", "hearth_…")]
    public void A_key_that_somebody_typed_in_the_wrong_place_is_not_repeated(string typed, string shown) => Assert.Equal(shown, KeyText.Shown(typed));
}
