using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Ollama;
using Hearth.Server.Serving;

namespace Hearth.Tests.Server.Ollama;

/// <summary>Durations as Go's time.ParseDuration takes them, and plain numbers of seconds.</summary>
public sealed class KeepAliveTests
{
    [Theory]
    [InlineData("300", 300)]
    [InlineData("0", 0)]
    [InlineData("0.5", 0.5)]
    [InlineData("\"0\"", 0)]
    [InlineData("\"5m\"", 300)]
    [InlineData("\"1h30m\"", 5400)]
    [InlineData("\"1.5h\"", 5400)]
    [InlineData("\"+.5s\"", 0.5)]
    [InlineData("\"1m500ms\"", 60.5)]
    [InlineData("\"2000000us\"", 2)]
    [InlineData("\"2000000\u00b5s\"", 2)]
    [InlineData("\"2000000\u03bcs\"", 2)]
    [InlineData("\"3000000000ns\"", 3)]
    [InlineData("\"45\"", 45)]
    public void A_time(string written, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Read(written));

    [Theory]
    [InlineData("-1")]
    [InlineData("\"-1\"")]
    [InlineData("\"-1ms\"")]
    [InlineData("\"-2h45m\"")]
    [InlineData("1e300")]
    [InlineData("1e999")]
    [InlineData("\"9999999999999999999h\"")]
    public void For_ever(string written) => Assert.Equal(Stay.ForEver, Read(written));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"5 m\"")]
    [InlineData("\"m\"")]
    [InlineData("\"5d\"")]
    [InlineData("\"5m3\"")]
    [InlineData("\"1e3\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"5m\\n\"")]
    [InlineData("true")]
    public void No_time(string written) => Assert.Equal("keep_alive", Assert.Throws<Refusal>(() => Read(written)).Parameter);

    [Fact]
    public void A_duration_of_many_parts() => No_time($"\"{string.Concat(Enumerable.Repeat("1s", 50))}\"");

    [Fact]
    public void Absent() => Assert.Null(KeepAlive.Read(new(JsonElement.Parse("{}"))));

    static TimeSpan? Read(string written) => KeepAlive.Read(new RequestBody(JsonElement.Parse($$"""{"keep_alive": {{written}}}""")));
}
