using System.Text;
using System.Text.Json;
using Hearth.Cli.Output;

namespace Hearth.Tests.Cli.Output;

public sealed class JsonPartsTests
{
    [Fact]
    public void A_number_that_is_none_is_null_and_a_single_keeps_its_digits()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteFinite("a", double.NaN);
            writer.WriteFinite("b", float.NegativeInfinity);
            writer.WriteFinite("c", 0.1f);
            writer.WriteFinite("d", 0.1);
            writer.WriteEndObject();
        }

        Assert.Equal("""{"a":null,"b":null,"c":0.1,"d":0.1}""", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
