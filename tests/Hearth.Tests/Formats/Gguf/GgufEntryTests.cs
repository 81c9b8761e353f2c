using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

public sealed class GgufEntryTests
{
    [Fact]
    public void Values_are_shown_in_a_line_each()
    {
        using var file = new GgufBuilder().Entry("a", (byte)1).Entry("b", -2L).Entry("c", 0.1f).Entry("d", 1e300).Entry("e", true).Entry("f", "say \"hi\"\\")
            .Entry("g", (string[])["<s>", "x"]).Entry("h", Enumerable.Range(0, 9).ToArray()).Entry("i", Array.Empty<float>())
            .Entry("j", (object[])[(int[])[1]]).Entry("k", (bool[])[true, false]).Open();
        Assert.Equal(
            [
                "a u8 1", "b i64 -2", "c f32 0.1", "d f64 1E+300", "e bool true", @"f str ""say \""hi\""\\""", @"g [str, 2] [""<s>"", ""x""]",
                "h [i32, 9] [0, 1, 2, 3, 4, 5, …]", "i [f32, 0] []", "j [arr, 1] […]", "k [bool, 2] [true, false]",
            ],
            file.Metadata.Entries.Select(entry => $"{entry.Key} {entry.TypeName} {entry.Display}"));
    }

    [Fact]
    public void What_could_steer_a_terminal_or_reorder_a_line_is_escaped()
        => Assert.Equal(@"""\u{1b}]0;x\u{7}\n\u{d}\u{202e}\u{2028}é😀""", Shown("\e]0;x\a\n\r\u202e\u2028é😀"));

    [Fact]
    public void A_long_text_is_cut_between_characters_and_says_how_long_it_is()
        => Assert.Equal($"\"{new('é', 79)}…\" (2000 bytes)", Shown(new('é', 1000)));

    [Fact]
    public void Showing_a_vocabulary_reads_only_the_strings_that_are_shown()
    {
        using var file = new GgufBuilder().Entry("v", Enumerable.Range(0, 100_000).Select(i => $"token {i}").ToArray()).Open();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith("[\"token 0\", ", file.Metadata.Entries.Single().Display, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    static string Shown(string text)
    {
        using var file = new GgufBuilder().Entry("k", text).Open();
        return file.Metadata.Entries.Single().Display;
    }
}
