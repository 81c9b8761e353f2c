using System.Buffers.Binary;
using Hearth.Formats.Gguf;
using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

public sealed class GgufMetadataTests
{
    [Fact]
    public void An_integer_of_any_width_is_read_where_it_fits()
    {
        foreach (var value in (object[])[(byte)200, (ushort)200, 200u, 200ul, (short)200, 200, 200L])
        {
            using var file = new GgufBuilder().Entry("n", value).Open();
            Assert.Equal(200u, file.Metadata.GetUInt32("n"));
        }

        using var negative = new GgufBuilder().Entry("n", (sbyte)-5).Entry("m", long.MinValue).Open();
        Fails("n is -5, but must be 0 to 4294967295", () => negative.Metadata.GetUInt32("n"));
        Fails("m is -9223372036854775808, but must be 0 to 4294967295", () => negative.Metadata.GetUInt32("m"));
    }

    [Fact]
    public void An_integer_that_does_not_fit_is_an_error_even_where_the_key_is_optional()
    {
        using var file = new GgufBuilder().Entry("n", 1ul << 32).Open();
        Fails("n is 4294967296", () => file.Metadata.TryGetUInt32("n", out _));
    }

    [Fact]
    public void Real_numbers_are_single_or_double()
    {
        using var file = new GgufBuilder().Entry("a", 1e-5f).Entry("b", 0.25).Entry("c", 1).Open();
        Assert.Equal(1e-5f, file.Metadata.GetFloat32("a"));
        Assert.Equal(0.25f, file.Metadata.GetFloat32("b"));
        Fails("c has the type i32, but must be a real number", () => file.Metadata.GetFloat32("c"));
    }

    [Fact]
    public void Strings_and_bools_are_read()
    {
        using var file = new GgufBuilder().Entry("s", "Grüße").Entry("e", "").Entry("t", true).Entry("f", false).Open();
        Assert.Equal("Grüße", file.Metadata.GetString("s"));
        Assert.Equal("", file.Metadata.GetString("e"));
        Assert.True(file.Metadata.TryGetBool("t", out var yes) && yes);
        Assert.True(file.Metadata.TryGetBool("f", out var no) && !no);
    }

    [Fact]
    public void An_absent_key_is_false_where_optional_and_an_error_otherwise()
    {
        using var file = new GgufBuilder().Open();
        var data = file.Metadata;
        Assert.Equal((0, null), (data.Count, data.TypeOf("k")));
        Assert.False(data.TryGetString("k", out _) || data.TryGetBool("k", out _) || data.TryGetUInt32("k", out _) || data.TryGetFloat32("k", out _)
            || data.TryGetStrings("k", out _) || data.TryGetInt32s("k", out _));
        foreach (var get in (Action[])[() => data.GetString("k"), () => data.GetUInt32("k"),
            () => data.GetFloat32("k"), () => data.GetStrings("k"), () => data.GetInt32s("k"), () => data.GetFloat32s("k")])
        {
            Fails("The metadata has no k", get);
        }
    }

    [Fact]
    public void A_value_of_another_type_is_an_error_even_where_the_key_is_optional()
    {
        using var file = new GgufBuilder().Entry("s", "1").Entry("n", 1u).Entry("a", (int[])[1]).Open();
        var data = file.Metadata;
        Fails("s has the type str, but must be an integer", () => data.TryGetUInt32("s", out _));
        Fails("a has the type [i32, 1], but must be an integer", () => data.TryGetUInt32("a", out _));
        Fails("n has the type u32, but must be a string", () => data.TryGetString("n", out _));
        Fails("n has the type u32, but must be a bool", () => data.TryGetBool("n", out _));
        Fails("a has the type [i32, 1], but must be an array of strings", () => data.TryGetStrings("a", out _));
        Fails("n has the type u32, but must be an array of integers", () => data.TryGetInt32s("n", out _));
        Fails("a has the type [i32, 1], but must be an array of real numbers", () => data.GetFloat32s("a"));
        Assert.Equal((GgufValueType.Array, GgufValueType.U32), (data.TypeOf("a"), data.TypeOf("n")));
    }

    [Fact]
    public void Arrays_of_numbers_are_copied_from_any_width()
    {
        using var file = new GgufBuilder().Entry("a", (ushort[])[1, 65535]).Entry("b", (long[])[-1]).Entry("c", (float[])[-0.5f, float.NegativeInfinity])
            .Entry("d", (double[])[0.5]).Entry("e", Array.Empty<int>()).Entry("f", (uint[])[uint.MaxValue]).Open();
        Assert.Equal([1, 65535], file.Metadata.GetInt32s("a"));
        Assert.Equal([-1], file.Metadata.GetInt32s("b"));
        Assert.Equal([-0.5f, float.NegativeInfinity], file.Metadata.GetFloat32s("c"));
        Assert.Equal([0.5f], file.Metadata.GetFloat32s("d"));
        Assert.Empty(file.Metadata.GetInt32s("e"));
        Fails("f is 4294967295", () => file.Metadata.GetInt32s("f"));
    }

    [Fact]
    public void Strings_of_an_array_are_borrowed_from_the_file()
    {
        using var file = new GgufBuilder().Entry("a", (string[])["one", "", "dreißig"]).Entry("b", Array.Empty<string>()).Open();
        var strings = file.Metadata.GetStrings("a");
        Assert.Equal(["one", "", "dreißig"], Enumerable.Range(0, strings.Count).Select(strings.GetString));
        Assert.True(strings[2].SequenceEqual("dreißig"u8));
        Assert.Equal(0, file.Metadata.GetStrings("b").Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => strings[3].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => strings[-1].Length);
    }

    [Fact]
    public void A_file_that_others_write_to_meanwhile_is_noticed()
    {
        var path = Path.GetTempFileName();
        var bytes = new GgufBuilder().Entry("a", (string[])["one", "two"]).Build();
        System.IO.File.WriteAllBytes(path, bytes);
        using var file = GgufFile.Open(path);
        using (var handle = System.IO.File.OpenHandle(path, access: FileAccess.Write))
        {
            // The length in front of "two".
            var length = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, 2);
            RandomAccess.Write(handle, length, bytes.Length - 11);
        }

        Fails("changed while it was open", () => file.Metadata.GetStrings("a"));
        System.IO.File.Delete(path);
    }

    [Fact]
    public void After_it_is_closed_a_file_lends_nothing()
    {
        var file = new GgufBuilder().Entry("s", "text").Open();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Metadata.GetString("s"));
    }

    static void Fails(string reason, Action get) => Assert.Contains(reason, Assert.Throws<InvalidDataException>(get).Message, StringComparison.Ordinal);
}
