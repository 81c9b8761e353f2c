using System.Net;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Ollama;

public sealed class EmbedTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("\"a\"", 1, 1)]
    [InlineData("[\"a\", \"bc\"]", 2, 3)]
    [InlineData("[]", 0, 0)]
    [InlineData("\"\"", 0, 0)]
    public async Task A_text_or_a_list_of_texts_gives_a_list_of_vectors(string input, int vectors, int tokens)
    {
        var (status, body) = await _server.PostAsync("/api/embed", $$$"""{"model": "tiny", "input": {{{input}}}, "truncate": true, "options": {"num_ctx": 10}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        OllamaSchemas.Check("EmbedResponse", body);
        Assert.Equal(vectors, body.GetProperty("embeddings").GetArrayLength());
        Assert.Equal(tokens, body.GetProperty("prompt_eval_count").GetInt32());
        Assert.Equal(1, _server.Model.Loads);
    }

    [Fact]
    public async Task The_older_address_gives_one_vector_that_keeps_its_length()
    {
        var (_, body) = await _server.PostAsync("/api/embeddings", """{"model": "tiny", "prompt": "abc"}""");
        Assert.Equal([3f, -0.5f], body.GetProperty("embedding").EnumerateArray().Select(n => n.GetSingle()));
        Assert.False(_server.Model.Embedded.Single().Normalize);
        (_, body) = await _server.PostAsync("/api/embeddings", """{"model": "tiny", "prompt": ""}""");
        Assert.Equal(0, body.GetProperty("embedding").GetArrayLength());
    }

    [Fact]
    public async Task Dimensions_reach_the_engine()
    {
        await _server.PostAsync("/api/embed", """{"model": "tiny", "input": "a", "dimensions": 1}""");
        Assert.Equal(1, _server.Model.Embedded.Single().Dimensions);
        Assert.True(_server.Model.Embedded.Single().Normalize);
    }

    [Theory]
    [InlineData("/api/embed", """, "input": "a text that is too long" """, "23 tokens")]
    [InlineData("/api/embed", """, "input": "a text that is too long", "truncate": true""", "23 tokens")]
    [InlineData("/api/embeddings", """, "prompt": "a text that is too long" """, "23 tokens")]
    [InlineData("/api/embed", """, "input": ["a", ""]""", "input")]
    [InlineData("/api/embed", """, "input": [1]""", "input")]
    [InlineData("/api/embed", """, "input": "a", "dimensions": 0""", "dimensions")]
    [InlineData("/api/embed", """, "input": "a", "options": {"num_ctx": 2000}""", "num_ctx")]
    public async Task Nothing_is_cut_and_a_wrong_field_is_named(string path, string fields, string named)
    {
        var (status, error) = await _server.PostAsync(path, $$"""{"model": "tiny"{{fields}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        OllamaSchemas.Check("ErrorResponse", error);
        Assert.Contains(named, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
