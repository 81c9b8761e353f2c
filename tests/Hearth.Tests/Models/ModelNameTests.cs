using Hearth.Models;

namespace Hearth.Tests.Models;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("llama3.2:1b")]
    [InlineData("hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M")]
    [InlineData("模型")]
    [InlineData("a")]
    public void A_name_goes_onto_a_command_line_as_it_is(string name) => Assert.True(ModelName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("-x")]
    [InlineData(".x")]
    [InlineData("/x")]
    [InlineData("a b")]
    [InlineData("a\u001b[31m")]
    [InlineData("a\n")]
    [InlineData("a\u202eb")]
    [InlineData("a/../b")]
    [InlineData("a$b")]
    public void Anything_else_is_none(string? name) => Assert.False(ModelName.IsValid(name));

    [Theory]
    [InlineData("My Model (v2)", "My-Model-v2")]
    [InlineData("\u001b]0;x\u0007evil", "0-x-evil")]
    [InlineData("../../etc", "etc")]
    [InlineData("a..b", "a.b")]
    [InlineData("--", "model")]
    [InlineData("", "model")]
    public void Any_text_has_a_nearest_name(string text, string name)
    {
        Assert.Equal(name, ModelName.From(text));
        Assert.True(ModelName.IsValid(ModelName.From(text)));
    }

    [Fact]
    public void A_long_text_is_cut_to_128_characters()
    {
        Assert.Equal(128, ModelName.From(new string('a', 500)).Length);
        Assert.False(ModelName.IsValid(new string('a', 129)));
    }
}
