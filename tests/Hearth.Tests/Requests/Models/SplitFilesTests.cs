using Hearth.Requests.Models;

namespace Hearth.Tests.Requests.Models;

/// <summary>Names of parts.</summary>
public sealed class SplitFilesTests
{
    [Theory]
    [InlineData("/m/x-00002-of-00003.gguf", "/m/x-00001-of-00003.gguf", "/m/x-00002-of-00003.gguf", "/m/x-00003-of-00003.gguf")]
    [InlineData("x-00001-of-00001.gguf", "x-00001-of-00001.gguf")]
    [InlineData("a\nb-00001-of-00002.gguf", "a\nb-00001-of-00002.gguf", "a\nb-00002-of-00002.gguf")]
    [InlineData("x-00001-of-00002-00001-of-00002.gguf", "x-00001-of-00002-00001-of-00002.gguf", "x-00001-of-00002-00002-of-00002.gguf")]
    public void A_part_names_all_parts(string path, params string[] parts) => Assert.Equal(parts, SplitFiles.Of(path));

    [Theory]
    [InlineData("model.gguf")]
    [InlineData("x-00000-of-00003.gguf")]
    [InlineData("x-00004-of-00003.gguf")]
    [InlineData("x-00001-of-00513.gguf")]
    [InlineData("x-1-of-3.gguf")]
    [InlineData("x-000001-of-000003.gguf")]
    [InlineData("x-٠٠٠٠١-of-٠٠٠٠٣.gguf")]
    [InlineData("x-00001-of-00003.gguf.part")]
    [InlineData("/m/-00001-of-00003.gguf")]
    [InlineData("x-00001-of-00003.gguf\n")]
    [InlineData("")]
    public void Any_other_name_stands_for_itself(string path) => Assert.Equal([path], SplitFiles.Of(path));

    [Fact]
    public void The_most_parts_are_512() => Assert.Equal(512, SplitFiles.Of("x-00512-of-00512.gguf").Count);
}
