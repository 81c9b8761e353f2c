using System.Net;
using System.Runtime.InteropServices;
using Hearth.Requests.Chat;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.OpenAi;

public sealed class EmbeddingsTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Vectors_come_as_numbers_or_as_the_bytes_that_clients_ask_for()
    {
        var (status, numbers) = await _server.PostAsync("/v1/embeddings", """{"model": "tiny", "input": ["a", "bc"]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        OpenAiSchemas.Check("CreateEmbeddingResponse", numbers);
        var (_, bytes) = await _server.PostAsync("/v1/embeddings", """{"model": "tiny", "input": ["a", "bc"], "encoding_format": "base64"}""");
        foreach (var (written, packed) in numbers.GetProperty("data").EnumerateArray().Zip(bytes.GetProperty("data").EnumerateArray()))
        {
            var floats = MemoryMarshal.Cast<byte, float>(packed.GetProperty("embedding").GetBytesFromBase64()).ToArray();
            Assert.NotEmpty(floats);
            Assert.Equal(written.GetProperty("embedding").EnumerateArray().Select(n => n.GetSingle()), floats);
        }
    }

    [Fact]
    public async Task Tokens_are_taken_as_they_are()
    {
        await _server.PostAsync("/v1/embeddings", """{"model": "tiny", "input": [[1, 2], [2]], "dimensions": 1}""");
        Assert.Equal([2, 1], _server.Model.Embedded.Single().Inputs.Cast<TokenPrompt>().Select(t => t.Tokens.Count));
        Assert.Equal(1, _server.Model.Embedded.Single().Dimensions);
        await _server.PostAsync("/v1/embeddings", """{"model": "tiny", "input": [1, 2]}""");
        Assert.Single(_server.Model.Embedded[^1].Inputs);
    }

    [Theory]
    [InlineData("", "input")]
    [InlineData(""", "input": []""", "input")]
    [InlineData(""", "input": [""]""", "input")]
    [InlineData(""", "input": {"a": 1}""", "input")]
    [InlineData(""", "input": "x", "encoding_format": "int8" """, "encoding_format")]
    [InlineData(""", "input": "x", "dimensions": 0""", "dimensions")]
    [InlineData(""", "input": "a text that is too long" """, "input")]
    public async Task A_wrong_field_is_named(string fields, string parameter)
    {
        var (status, body) = await _server.PostAsync("/v1/embeddings", $$"""{"model": "tiny"{{fields}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(parameter, body.GetProperty("error").GetProperty("param").GetString());
    }
}
