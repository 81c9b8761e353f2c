using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>What the format forbids in keys and values.</summary>
public sealed class GgufMetadataRulesTests
{
    const uint Str = 8, Arr = 9;

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("schlüssel")]
    public void A_key_that_is_empty_or_not_printable_ASCII_is_refused(string key) => Refused.Because("key", new GgufBuilder().Entry(key, 1u));

    [Fact]
    public void A_key_may_have_65535_bytes_and_no_more()
    {
        using var file = new GgufBuilder().Entry(new('k', 65_535), 5u).Open();
        Assert.Equal(5u, file.Metadata.GetUInt32(new('k', 65_535)));
        Refused.Because("The length of a key is 65536 bytes; at most 65535", new GgufBuilder().Entry(new('k', 65_536), 1u));
    }

    [Fact]
    public void A_key_that_occurs_twice_is_refused()
        => Refused.Because("The key occurs twice", new GgufBuilder().Entry("general.name", "a").Entry("x", 1).Entry("general.name", "a"));

    [Theory]
    [InlineData(13u)]
    [InlineData(uint.MaxValue)]
    public void An_unknown_type_is_refused(uint type)
    {
        Refused.Because($"The value type is {type}, but only 0 to 12", new GgufBuilder().Raw("k"u8, type, new byte[16]));
        Refused.Because($"The value type is {type}, but only 0 to 12", new GgufBuilder().Raw("k"u8, Arr, [.. BitConverter.GetBytes(type), .. new byte[16]]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public void A_bool_other_than_0_and_1_is_refused(byte value)
    {
        Refused.Because($"A bool is {value}, but must be 0 or 1", new GgufBuilder().Raw("k"u8, 7, [value]));
        Refused.Because($"A bool is {value}, but must be 0 or 1", new GgufBuilder().Raw("k"u8, Arr, [7, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, value]));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1ul << 30)]
    [InlineData((1ul << 30) + 1)]
    [InlineData(1ul << 32)]
    [InlineData(ulong.MaxValue)]
    public void A_string_longer_than_the_rest_of_the_file_is_refused(ulong length)
        => Refused.Because("a string", new GgufBuilder().Raw("k"u8, Str, [.. BitConverter.GetBytes(length), .. "abcd"u8]));

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        Refused.Because("are not UTF-8", new GgufBuilder().Entry("k", (byte[])[0xC3]));
        Refused.Because("are not UTF-8", new GgufBuilder().Entry("k", (byte[][])[[0x61], [0xED, 0xA0, 0x80]]));
    }

    [Theory]
    [InlineData(0u, 5)]
    [InlineData(4u, 2)]
    [InlineData(12u, 1)]
    [InlineData(8u, 1)]
    [InlineData(9u, 1)]
    [InlineData(0u, ulong.MaxValue)]
    public void An_array_with_more_elements_than_the_rest_of_the_file_can_hold_is_refused(uint element, ulong count)
        => Refused.Because($"claims {count} array elements", new GgufBuilder().Raw("k"u8, Arr,
            [.. BitConverter.GetBytes(element), .. BitConverter.GetBytes(count), 0, 0, 0, 0]));

    [Fact]
    public void Arrays_nest_four_deep_and_no_deeper()
    {
        object four = (object[])[(object[])[(object[])[(int[])[7]]]];
        using var file = new GgufBuilder().Entry("k", four).Entry("after", 3u).Open();
        Assert.Equal(3u, file.Metadata.GetUInt32("after"));
        Refused.Because("nested more than 4 deep", new GgufBuilder().Entry("k", (object[])[four]));
    }

    [Fact]
    public void Only_a_tokenizer_may_have_more_than_16_Mi_elements()
    {
        const int TooMany = (1 << 24) + 1;
        byte[] array = [.. BitConverter.GetBytes(1u), .. BitConverter.GetBytes((ulong)TooMany), .. new byte[TooMany]];
        using var file = new GgufBuilder().Raw("tokenizer.x"u8, Arr, array).Open();
        Assert.Equal(TooMany, file.Metadata.GetInt32s("tokenizer.x").Length);
        Refused.Because($"claims {TooMany} array elements; at most 16777216", new GgufBuilder().Raw("x"u8, Arr, array));
    }

    [Fact]
    public void A_message_shows_a_key_of_the_file_cut_and_nothing_that_steers_a_terminal()
        => Refused.Because($"{new('k', 79)}…\" (300 bytes)", new GgufBuilder().Entry(new('k', 300), 1).Entry(new('k', 300), 1));

    [Fact]
    public void A_message_shows_the_name_of_a_tensor_with_what_steers_a_terminal_escaped()
        => Refused.Because(@"""a\u{1b}[2J\n\u{202e}""", new GgufBuilder().Tensor("a\e[2J\n\u202e", [-1]));
}
