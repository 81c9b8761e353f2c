using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Tests.Server.Json;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("8", 8)]
    [InlineData("8.0", 8)]
    [InlineData("8e0", 8)]
    [InlineData("0.8e1", 8)]
    [InlineData("-0.0", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_number_without_a_fraction_is_whole_however_it_is_written(string number, long expected) => Assert.Equal(expected, Body(number).Whole("n", long.MinValue, long.MaxValue));

    [Theory]
    [InlineData("8.5")]
    [InlineData("1e-1")]
    [InlineData("9223372036854775808")]
    [InlineData("1e30")]
    [InlineData("-1e999")]
    [InlineData("\"8\"")]
    [InlineData("true")]
    [InlineData("[8]")]
    public void Anything_else_is_none(string value) => Assert.Equal("n", Assert.Throws<Refusal>(() => Body(value).Whole("n", long.MinValue, long.MaxValue)).Parameter);

    [Theory]
    [InlineData("[\"a\", 1]", "something else than texts")]
    [InlineData("{}", "an object where a text or a list of texts belongs")]
    public void What_is_no_list_of_texts_is_told_apart_from_a_list_of_others(string value, string words)
        => Assert.Contains(words, Assert.Throws<Refusal>(() => Body(value).Texts("n")).Message, StringComparison.Ordinal);

    static RequestBody Body(string value) => new(JsonElement.Parse($"{{\"n\": {value}}}"));
}
