using System.Net;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.OpenAi;

public sealed class ChatCompletionTests : IAsyncLifetime
{
    const string Chat = "/v1/chat/completions";

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_answer_has_what_the_api_says()
    {
        var (status, body) = await AskAsync("");
        Assert.Equal(HttpStatusCode.OK, status);
        OpenAiSchemas.Check("CreateChatCompletionResponse", body);
        var choice = body.GetProperty("choices")[0];
        Assert.Equal("You said: hello", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("tiny", body.GetProperty("model").GetString());
        Assert.True(body.GetProperty("usage").GetProperty("total_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task A_stream_begins_with_the_role_and_ends_with_the_reason_the_usage_and_done()
    {
        var events = await StreamAsync(""", "stream_options": {"include_usage": true}""");
        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].ConvertAll(e => JsonElement.Parse(e));
        Assert.All(chunks, c => OpenAiSchemas.Check("CreateChatCompletionStreamResponse", c));
        Assert.Single(chunks.Select(c => c.GetProperty("id").GetString()).Distinct());
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal("You said: hello", string.Concat(chunks.Where(c => c.GetProperty("choices").GetArrayLength() > 0)
            .Select(c => c.GetProperty("choices")[0].GetProperty("delta")).Select(d => d.TryGetProperty("content", out var content) ? content.GetString() : "")));
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("{}", chunks[^2].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.True(chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_told_and_the_connection_broken()
    {
        _server.Model = FailingModel.Make();
        var events = await ServerSentEvents.OfBrokenAsync(_server, Chat, Body(""", "stream": true"""));
        Assert.Equal("worker_lost", JsonElement.Parse(events[^1].Data).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_failure_before_the_stream_has_a_status_of_its_own()
    {
        _server.Model.BeforePiece = _ => throw new EngineException(FailureCode.ContextOverflow, "The prompt has 9000 tokens.", "at most 8192");
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, Body(""), _server.Key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop));
        OpenAiSchemas.Check("ErrorResponse", error);
        Assert.Equal("context_length_exceeded", error.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("9000", error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_answers_have_seeds_of_their_own()
    {
        var (_, body) = await AskAsync(""", "n": 3, "seed": 5""");
        OpenAiSchemas.Check("CreateChatCompletionResponse", body);
        Assert.Equal([0, 1, 2], body.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("index").GetInt32()));
        Assert.Equal([5UL, 6UL, 7UL], _server.Model.Requests.Select(r => r.Sampling.Seed!.Value).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData(", \"stream\": true")]
    public async Task The_answers_to_one_request_do_not_wait_in_line_for_each_other(string stream)
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { Parallel = 1, Waiting = 0 } });
        server.Model.BeforePiece = cancellation => Task.Delay(20, cancellation);
        using var response = await server.SendAsync(HttpMethod.Post, Chat, Body($", \"n\": 3{stream}"), server.Key);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal(3, server.Model.Requests.Count);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Contains($"\"index\":{i}", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_as_good_as_impossible_is_a_number_of_json()
    {
        _server.Model.Shape = (_, delta) => delta with { LogProbabilities = [new(1, -0.5f, [new(1, -0.5f), new(2, float.NegativeInfinity)])] };
        var (status, body) = await AskAsync(""", "logprobs": true, "top_logprobs": 2""");
        Assert.Equal(HttpStatusCode.OK, status);
        var top = body.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content")[0].GetProperty("top_logprobs");
        Assert.Equal([-0.5, -9999], top.EnumerateArray().Select(t => t.GetProperty("logprob").GetDouble()));
    }

    [Fact]
    public async Task What_is_asked_for_reaches_the_engine()
    {
        await AskAsync("""
            , "max_completion_tokens": 9, "temperature": 0.5, "top_p": 0.25, "frequency_penalty": 0.5, "presence_penalty": -0.5, "stop": ["a", "b"], "logit_bias": {"7": -100},
            "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "integer"}, "strict": true}}, "user": "u", "metadata": {"a": "b"}, "CustomHeaders": {}
            """);
        var request = _server.Model.Requests.Single();
        Assert.Equal(9, request.MaxTokens);
        Assert.Equal((0.5f, 0.25f, 0.5f, -0.5f), (request.Sampling.Temperature, request.Sampling.TopP, request.Sampling.FrequencyPenalty, request.Sampling.PresencePenalty));
        Assert.Equal(["a", "b"], request.Stop.Select(s => s.Reveal()));
        Assert.Equal(-100, request.Sampling.LogitBias[7]);
        Assert.Equal(new(ConstraintKind.JsonSchema, """{"type": "integer"}"""), request.Constraint);
        Assert.Equal(32, request.CacheScope.Length);
    }

    [Theory]
    [InlineData(""", "temperature": 3""", "temperature")]
    [InlineData(""", "n": 0""", "n")]
    [InlineData(""", "max_tokens": 0""", "max_tokens")]
    [InlineData(""", "stop": [1]""", "stop")]
    [InlineData(""", "audio": {"voice": "x"}""", "audio")]
    [InlineData(""", "moderation": {"model": "x"}""", "moderation")]
    [InlineData(""", "store": true""", "store")]
    [InlineData(""", "response_format": {"type": "xml"}""", "response_format.type")]
    [InlineData(""", "response_format": {"type": "json_schema"}""", "response_format.json_schema")]
    [InlineData(""", "tools": [{"type": "web_search"}]""", "tools[0].type")]
    [InlineData(""", "tools": [{"type": "function", "function": {"name": "f"}}], "response_format": {"type": "json_object"}""", "response_format")]
    [InlineData(""", "tool_choice": "sometimes" """, "tool_choice")]
    [InlineData(""", "top_logprobs": 3""", "top_logprobs")]
    [InlineData(""", "stream_options": {}""", "stream_options")]
    [InlineData(""", "logit_bias": {"x": 1}""", "logit_bias")]
    [InlineData(""", "logit_bias": {"7": 101}""", "logit_bias")]
    [InlineData(""", "logit_bias": {"7": "1"}""", "logit_bias")]
    public async Task A_wrong_field_is_named(string fields, string parameter)
    {
        var (status, body) = await AskAsync(fields);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        OpenAiSchemas.Check("ErrorResponse", body);
        Assert.Equal(parameter, body.GetProperty("error").GetProperty("param").GetString());
        Assert.Empty(_server.Model.Requests);
    }

    [Theory]
    [InlineData(""", "user": "\ud800" """)]
    [InlineData(""", "user": [{"x": "a\uDC00b"}]""")]
    [InlineData(""", "\ud800": 1""")]
    public async Task Half_a_character_is_no_text(string fields)
    {
        var (status, body) = await AskAsync(fields);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_json"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(""", "user": "\ud83d\ude00" """)).Status);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        byte[] body = [.. System.Text.Encoding.UTF8.GetBytes(Body(", \"user\": \"")[..^1]), 0xC3, 0x28, (byte)'"', (byte)'}'];
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, "", _server.Key, change: r => r.Content = new ByteArrayContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("UTF-8", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_tools_come_whole()
    {
        _server.Model.Shape = (piece, delta) => piece.StartsWith("You", StringComparison.Ordinal) ? delta with { Text = "", ToolCalls = [new("c1", "add", "{\"a\": 1}"), new("c2", "add", "{}")] } : delta with { Text = "" };
        _server.Model.Reason = FinishReason.ToolCalls;
        const string tools = """, "tools": [{"type": "function", "function": {"name": "add", "description": "adds", "parameters": {"type": "object"}}}]""";
        var (_, body) = await AskAsync(tools);
        OpenAiSchemas.Check("CreateChatCompletionResponse", body);
        var message = body.GetProperty("choices")[0].GetProperty("message");
        Assert.Equal(JsonValueKind.Null, message.GetProperty("content").ValueKind);
        Assert.Equal(2, message.GetProperty("tool_calls").GetArrayLength());
        Assert.Equal("tool_calls", body.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        (_, body) = await AskAsync($$"""{{tools}}, "parallel_tool_calls": false""");
        Assert.Equal(1, body.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls").GetArrayLength());
        var chunks = (await StreamAsync(tools))[..^1].ConvertAll(e => JsonElement.Parse(e));
        Assert.All(chunks, c => OpenAiSchemas.Check("CreateChatCompletionStreamResponse", c));
        Assert.Equal([0, 1], chunks.SelectMany(c => c.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("tool_calls", out var calls) ? calls.EnumerateArray().Select(t => t.GetProperty("index").GetInt32()) : []));
    }

    [Fact]
    public async Task A_client_that_goes_away_stops_the_answer()
    {
        var stopped = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        _server.Model.BeforePiece = async cancellation =>
        {
            using var registration = cancellation.Register(() => stopped.TrySetResult());
            gone.CancelAfter(TimeSpan.FromMilliseconds(50));
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Body(""), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", _server.Key);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _server.Client.SendAsync(request, gone.Token));
        await stopped.Task.WaitAsync(Patience.Longest, Stop);
    }

    static string Body(string fields) => $$"""{"model": "tiny", "messages": [{"role": "user", "content": "hello"}]{{fields}}}""";

    Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string fields) => _server.PostAsync(Chat, Body(fields));

    async Task<List<string>> StreamAsync(string fields) => (await ServerSentEvents.OfAsync(_server, Chat, Body($$""", "stream": true{{fields}}"""))).ConvertAll(e => e.Data);
}
