using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

public sealed class GgufHeaderTests
{
    [Fact]
    public void A_file_that_starts_otherwise_is_refused_and_its_first_bytes_are_shown()
        => Refused.Because("starts with the bytes 504B0304, but should with 47475546 (\"GGUF\")", new GgufBuilder().Magic("PK\x3\x4"u8));

    [Fact]
    public void An_empty_file_is_refused() => Refused.Because("The file ends inside the first bytes: 4 bytes are needed, 0 are left", []);

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public void Versions_2_and_3_are_read(uint version)
    {
        using var file = new GgufBuilder().Version(version).Entry("a", 7u).Tensor("t", [1], 4).Open();
        Assert.Equal((int)version, file.Version);
        Assert.Equal(7u, file.Metadata.GetUInt32("a"));
        Assert.Equal("t", file.Tensors.Single().Name);
    }

    [Theory]
    [InlineData(0u, "version 0 of GGUF, but only 2 and 3")]
    [InlineData(1u, "version 1 of GGUF, but only 2 and 3")]
    [InlineData(4u, "version 4 of GGUF, but only 2 and 3")]
    [InlineData(uint.MaxValue, "version 4294967295 of GGUF, but only 2 and 3")]
    public void Other_versions_are_refused(uint version, string reason) => Refused.Because(reason, new GgufBuilder().Version(version));

    [Theory]
    [InlineData(0x0300_0000u, 3)]
    [InlineData(0x0200_0000u, 2)]
    public void A_version_with_its_bytes_reversed_is_told_as_the_other_byte_order(uint version, int meant)
        => Refused.Because($"version {meant} of GGUF in big-endian byte order", new GgufBuilder().Version(version));

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData(ulong.MaxValue)]
    public void Tensors_that_the_file_is_too_short_for_are_refused(ulong claimed)
        => Refused.Because($"claims {claimed} tensors", new GgufBuilder().Claim(tensors: claimed));

    [Theory]
    [InlineData(2)]
    [InlineData(1ul << 63)]
    [InlineData(ulong.MaxValue)]
    public void Metadata_entries_that_the_file_is_too_short_for_are_refused(ulong claimed)
        => Refused.Because($"claims {claimed} metadata entries", new GgufBuilder().Claim(entries: claimed).Entry("a", (byte)1));

    [Fact]
    public void A_file_cut_off_at_any_byte_is_refused()
    {
        var whole = new GgufBuilder().Alignment(8).Entry("s", "text").Entry("l", (string[])["a", "bc"]).Tensor("t", [3], 1, 2, 3).Build();
        for (var length = 0; length < whole.Length; length++)
            Refused.Because("The ", whole.AsSpan(0, length));
        using var file = GgufBuilder.Open(whole);
        Assert.Equal(12, file.Tensors[0].Bytes);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(33u)]
    [InlineData(uint.MaxValue)]
    public void An_alignment_that_is_no_power_of_two_is_refused(uint alignment)
        => Refused.Because($"general.alignment is {alignment}, but must be a power of two", new GgufBuilder().Entry("general.alignment", alignment));

    [Fact]
    public void An_alignment_of_another_type_is_refused()
        => Refused.Because("general.alignment has the type u64, but must be u32", new GgufBuilder().Entry("general.alignment", 32ul));

    [Theory]
    [InlineData(1u, 90)]
    [InlineData(64u, 128)]
    public void Data_starts_at_the_next_multiple_of_the_alignment(uint alignment, long start)
    {
        using var file = new GgufBuilder().Alignment(alignment).Tensor("t", [1], 4).Open();
        Assert.Equal(alignment, file.Alignment);
        Assert.Equal(start, file.Tensors[0].Offset);
        Assert.Equal(file.FileBytes, start + 4);
    }

    [Fact]
    public void Without_a_word_about_it_the_alignment_is_32()
    {
        using var file = new GgufBuilder().Tensor("t", [1], 4).Open();
        Assert.Equal(32, file.Alignment);
        Assert.Equal(64, file.Tensors[0].Offset);
    }
}
