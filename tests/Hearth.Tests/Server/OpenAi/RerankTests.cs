using System.Net;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.OpenAi;

public sealed class RerankTests : IAsyncLifetime
{
    const string Path = "/v1/rerank";

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("""["aa", "bbb", "c"]""")]
    [InlineData("""[{"text": "aa"}, {"text": "bbb"}, {"text": "c"}]""")]
    public async Task The_best_document_comes_first(string documents)
    {
        var (status, body) = await AskAsync($$""", "documents": {{documents}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        // The fake likes three letters, and short ones better than long ones.
        Assert.Equal(["1: 1.5", "2: -0.25", "0: -0.5"], Results(body).Select(r => $"{r.GetProperty("index")}: {r.GetProperty("relevance_score")}"));
        Assert.DoesNotContain(Results(body), r => r.TryGetProperty("document", out _));
        Assert.Equal(6, body.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal("tiny", body.GetProperty("model").GetString());
        Assert.Equal(new TextPrompt("which?"), _server.Model.Reranked!.Query);
        Assert.Equal(["aa", "bbb", "c"], _server.Model.Reranked.Documents.Select(d => ((TextPrompt)d).Text.Reveal()));
    }

    [Fact]
    public async Task Only_the_best_few_and_their_texts_come_where_that_is_asked_for()
    {
        var (_, body) = await AskAsync(""", "documents": ["aa", "bbb", "c"], "top_n": 2, "return_documents": true""");
        Assert.Equal(["bbb", "c"], Results(body).Select(r => r.GetProperty("document").GetProperty("text").GetString()!));
        (_, body) = await AskAsync(""", "documents": ["aa"], "top_n": 9""");
        Assert.Single(Results(body));
    }

    [Theory]
    [InlineData("", "documents")]
    [InlineData(""", "documents": []""", "documents")]
    [InlineData(""", "documents": [1]""", "documents")]
    [InlineData(""", "documents": ["a", {"text": "b"}]""", "documents")]
    [InlineData(""", "documents": [{"image": "x"}]""", "documents[0].text")]
    [InlineData(""", "documents": ["a"], "top_n": 0""", "top_n")]
    [InlineData(""", "documents": ["a"], "query": "again" """, null)]
    [InlineData(""", "documents": ["a"], "rank_fields": ["x"]""", "rank_fields")]
    [InlineData(""", "documents": ["a"], "max_tokens_per_doc": 9""", "max_tokens_per_doc")]
    public async Task A_wrong_field_is_named(string fields, string? parameter)
    {
        var (status, body) = await AskAsync(fields);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        OpenAiSchemas.Check("ErrorResponse", body);
        Assert.Equal(parameter, body.GetProperty("error").GetProperty("param").GetString());
        Assert.Null(_server.Model.Reranked);
    }

    [Fact]
    public async Task A_document_that_is_too_long_is_refused_with_counts()
    {
        var (status, body) = await AskAsync(""", "documents": ["aa", "a text that is too long"]""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = body.GetProperty("error");
        Assert.Equal(("context_length_exceeded", "documents"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Contains("Document 1 has 23 tokens together with the query, and the model takes 5", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_query_with_many_documents_is_a_number_that_can_be_counted_with()
    {
        // Together three thousand million tokens, roughly: the model says that they are too many.
        _server.Model.Refusal = new(FailureCode.ContextOverflow, "The query has 3000000 tokens.");
        var (status, body) = await _server.PostAsync(Path, $$"""{"model": "tiny", "query": "{{new string('x', 12_000_000)}}", "documents": [{{string.Join(", ", Enumerable.Repeat("\"a\"", 1000))}}]}""");
        Assert.Equal((HttpStatusCode.BadRequest, "context_length_exceeded"), (status, body.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Its_tokens_count()
    {
        await _server.Database.Users.ChangeAsync("alice", user => user with { Limits = user.Limits with { TokensPerDay = 6 } }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(""", "documents": ["aa", "bbb"]""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(""", "documents": ["c"]""")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(""", "documents": ["c"]""")).Status);
    }

    static List<JsonElement> Results(JsonElement body) => [.. body.GetProperty("results").EnumerateArray()];

    Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string fields) => _server.PostAsync(Path, $$"""{"model": "tiny", "query": "which?"{{fields}}}""");
}
