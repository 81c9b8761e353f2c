using System.Net;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Ollama;

public sealed class ChatTests : IAsyncLifetime
{
    const string Chat = "/api/chat";
    const string Tools = """, "tools": [{"type": "function", "function": {"name": "add", "description": "adds", "parameters": {"type": "object"}}}]""";

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_whole_answer_has_what_the_api_says()
    {
        var (status, body) = await AskAsync("");
        Assert.Equal(HttpStatusCode.OK, status);
        OllamaSchemas.Check("ChatResponse", body);
        Assert.Equal("tiny", body.GetProperty("model").GetString());
        Assert.Equal("You said: hello", body.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("stop", body.GetProperty("done_reason").GetString());
        Assert.True(body.GetProperty("done").GetBoolean());
    }

    [Fact]
    public async Task Without_a_word_on_streams_the_answer_is_one_of_lines_and_the_last_has_the_figures()
    {
        await AskAsync("");
        var lines = await _server.LinesAsync(Chat, Body(""));
        OllamaSchemas.CheckStream("ChatStreamEvent", "ChatResponse", lines);
        Assert.Equal("You said: hello", string.Concat(lines.Select(l => l.GetProperty("message").GetProperty("content").GetString())));
        Assert.All(lines, l => Assert.Equal("assistant", l.GetProperty("message").GetProperty("role").GetString()));
        var end = lines[^1];
        // The second time 40 of the 50 are in the cache: they are tokens of the prompt all the same.
        Assert.Equal((50, 2), (end.GetProperty("prompt_eval_count").GetInt32(), end.GetProperty("eval_count").GetInt32()));
        Assert.Equal((200_000_000, 100_000_000), (end.GetProperty("prompt_eval_duration").GetInt64(), end.GetProperty("eval_duration").GetInt64()));
        Assert.InRange(end.GetProperty("load_duration").GetInt64(), 0, end.GetProperty("total_duration").GetInt64());
        Assert.InRange(end.GetProperty("total_duration").GetInt64(), 1_000, 60_000_000_000);
        Assert.InRange(DateTimeOffset.UtcNow - end.GetProperty("created_at").GetDateTimeOffset(), TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(FinishReason.EndOfText, "stop")]
    [InlineData(FinishReason.Stop, "stop")]
    [InlineData(FinishReason.ToolCalls, "stop")]
    [InlineData(FinishReason.MaxTokens, "length")]
    [InlineData(FinishReason.ContextFull, "length")]
    [InlineData(FinishReason.IncompleteToolCall, "length")]
    public async Task The_reason_is_one_of_the_api(FinishReason reason, string word)
    {
        _server.Model.Reason = reason;
        Assert.Equal(word, (await AskAsync("")).Body.GetProperty("done_reason").GetString());
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_a_line_and_the_connection_is_broken()
    {
        var pieces = 0;
        _server.Model.BeforePiece = _ => ++pieces > 1 ? throw new EngineException(FailureCode.WorkerLost, "The worker ended.") : Task.CompletedTask;
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, Body(""), _server.Key, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var lines = new List<JsonElement>();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
            while (await reader.ReadLineAsync(Stop) is { } line)
                lines.Add(JsonElement.Parse(line));
        });
        OllamaSchemas.Check("ErrorResponse", lines[^1]);
        Assert.Contains("worker", lines[^1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.All(lines[..^1], line => OllamaSchemas.Check("ChatStreamEvent", line));
    }

    [Fact]
    public async Task A_failure_before_the_stream_has_a_status_of_its_own()
    {
        _server.Model.BeforePiece = _ => throw new EngineException(FailureCode.ContextOverflow, "The prompt has 9000 tokens.", "at most 8192");
        var (status, error) = await _server.PostAsync(Chat, Body(""));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        OllamaSchemas.Check("ErrorResponse", error);
        Assert.Contains("9000", error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_for_reaches_the_engine()
    {
        await AskAsync("""
            , "format": {"type": "integer"}, "think": "high", "CustomHeaders": {}, "options": {"num_predict": 9, "temperature": 0.5, "top_k": 7, "top_p": 0.25, "min_p": 0.125, "typical_p": 0.75,
            "repeat_penalty": 1.5, "repeat_last_n": 32, "presence_penalty": -0.5, "frequency_penalty": 0.5, "seed": 5, "stop": ["a", "b"], "num_ctx": 1000}
            """);
        var request = _server.Model.Requests.Single();
        Assert.Equal(9, request.MaxTokens);
        var sampling = request.Sampling;
        Assert.Equal((0.5f, 7, 0.25f, 0.125f, 0.75f), (sampling.Temperature, sampling.TopK, sampling.TopP, sampling.MinP, sampling.TypicalP));
        Assert.Equal((1.5f, 32, -0.5f, 0.5f, 5UL), (sampling.RepetitionPenalty, sampling.PenaltyWindow, sampling.PresencePenalty, sampling.FrequencyPenalty, sampling.Seed));
        Assert.Equal(["a", "b"], request.Stop.Select(s => s.Reveal()));
        Assert.Equal(new(ConstraintKind.JsonSchema, """{"type": "integer"}"""), request.Constraint);
        Assert.Equal("""{"enable_thinking": true, "reasoning_effort": "high"}""", ((ChatPrompt)request.Prompt).OptionsJson!.Value.Reveal());
        Assert.Equal(32, request.CacheScope.Length);
    }

    [Theory]
    [InlineData("true", """{"enable_thinking": true}""")]
    [InlineData("false", """{"enable_thinking": false}""")]
    [InlineData("\"max\"", """{"enable_thinking": true, "reasoning_effort": "max"}""")]
    [InlineData("null", null)]
    public async Task Thinking_is_an_option_of_the_template(string think, string? options)
    {
        await AskAsync($""", "think": {think}""");
        Assert.Equal(options, ((ChatPrompt)_server.Model.Requests.Single().Prompt).OptionsJson?.Reveal());
    }

    [Fact]
    public async Task What_the_model_thinks_has_a_place_of_its_own()
    {
        _server.Model.Shape = (piece, delta) => piece.StartsWith("You", StringComparison.Ordinal) ? delta with { Text = "", Reasoning = "hm" } : delta;
        var message = (await AskAsync("")).Body.GetProperty("message");
        Assert.Equal(("hm", "hello"), (message.GetProperty("thinking").GetString(), message.GetProperty("content").GetString()));
        var lines = await _server.LinesAsync(Chat, Body(""));
        OllamaSchemas.CheckStream("ChatStreamEvent", "ChatResponse", lines);
        Assert.Equal("hm", lines[0].GetProperty("message").GetProperty("thinking").GetString());
        Assert.Equal("", lines[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    public async Task An_answer_without_limit_goes_on_to_the_end_of_the_context_whatever_the_settings_say(int limit)
    {
        await using var server = await TestServer.StartAsync(options => options with { ModelSettings = _ => new(new(), new(new TextPrompt("")) { MaxTokens = 5, Sampling = new() { Seed = 1 } }, null) });
        await server.PostAsync(Chat, Body($$""", "stream": false, "options": {"num_predict": {{limit}}, "seed": -1, "top_k": -1}"""));
        var request = server.Model.Requests.Single();
        Assert.Equal(int.MaxValue, request.MaxTokens);
        Assert.NotEqual(1UL, request.Sampling.Seed);
        Assert.Equal(0, request.Sampling.TopK);
        await server.PostAsync(Chat, Body(""", "stream": false, "options": {}"""));
        Assert.Equal((5, 1UL), (server.Model.Requests[1].MaxTokens, server.Model.Requests[1].Sampling.Seed));
    }

    [Fact]
    public async Task What_only_concerns_speed_and_what_is_empty_is_passed_over()
    {
        var (status, _) = await AskAsync("""
            , "template": "", "format": "", "tools": [], "keep_alive": null, "options": {"num_thread": 2, "num_gpu": 99, "main_gpu": 0, "num_batch": 8, "num_keep": 4, "use_mmap": true, "use_mlock": false, "low_vram": true,
            "numa": false, "draft_num_predict": 3, "mirostat": 0, "mirostat_eta": 0.1, "tfs_z": 1.0, "penalize_newline": true, "num_ctx": 5, "an_option_of_tomorrow": {}}
            """);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData(""", "options": {"temperature": -1}""", "options.temperature")]
    [InlineData(""", "options": {"temperature": 1e999}""", "options.temperature")]
    [InlineData(""", "options": {"temperature": "hot"}""", "options.temperature")]
    [InlineData(""", "options": {"top_p": 1.5}""", "options.top_p")]
    [InlineData(""", "options": {"min_p": -0.5}""", "options.min_p")]
    [InlineData(""", "options": {"repeat_penalty": 0}""", "options.repeat_penalty")]
    [InlineData(""", "options": {"repeat_last_n": -2}""", "options.repeat_last_n")]
    [InlineData(""", "options": {"num_predict": 99999999999}""", "options.num_predict")]
    [InlineData(""", "options": {"num_ctx": 0}""", "options.num_ctx")]
    [InlineData(""", "options": {"num_ctx": 1001}""", "1000")]
    [InlineData(""", "options": {"mirostat": 2}""", "options.mirostat")]
    [InlineData(""", "options": {"tfs_z": 0.5}""", "options.tfs_z")]
    [InlineData(""", "options": {"penalize_newline": false}""", "options.penalize_newline")]
    [InlineData(""", "options": {"stop": [""]}""", "options.stop")]
    [InlineData(""", "options": []""", "options")]
    [InlineData(""", "format": "xml" """, "format")]
    [InlineData(Tools + """, "format": "json" """, "'format' and tools")]
    [InlineData(""", "think": "very" """, "think")]
    [InlineData(""", "keep_alive": "soon" """, "keep_alive")]
    [InlineData(""", "keep_alive": "NaN" """, "keep_alive")]
    [InlineData(""", "keep_alive": []""", "keep_alive")]
    [InlineData(""", "template": "x" """, "template")]
    [InlineData(""", "top_logprobs": 3""", "top_logprobs")]
    [InlineData(""", "tools": [{"type": "web_search"}]""", "tools[0].type")]
    [InlineData(""", "stream": "yes" """, "stream")]
    public async Task A_wrong_field_is_named(string fields, string named)
    {
        var (status, error) = await _server.PostAsync(Chat, Body(fields));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        OllamaSchemas.Check("ErrorResponse", error);
        Assert.Contains(named, error.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(_server.Model.Requests);
    }

    [Theory]
    [InlineData("""{"role": "developer", "content": "x"}""", "messages[0].role")]
    [InlineData("""{"content": "x"}""", "messages[0].role")]
    [InlineData("""{"role": "user", "content": ["x"]}""", "messages[0].content")]
    [InlineData("""{"role": "user", "content": "x", "images": ["aGVsbG8="]}""", "messages[0].images")]
    [InlineData("""{"role": "assistant", "tool_calls": [{"function": {"name": "add", "arguments": "{}"}}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"role": "assistant", "tool_calls": [{}]}""", "messages[0].tool_calls[0].function")]
    public async Task A_wrong_message_is_named(string message, string named)
    {
        var (status, error) = await _server.PostAsync(Chat, $$"""{"model": "tiny", "messages": [{{message}}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(named, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model": "canary-5d1f", "messages": [{"role": "user", "content": "x"}]}""")]
    [InlineData("""{"model": "tiny", "messages": [{"role": "canary-5d1f", "content": "x"}]}""")]
    [InlineData("""{"model": "tiny", "messages": [{"role": "user", "content": {"canary-5d1f": "canary-5d1f"}}]}""")]
    [InlineData("""{"model": "tiny", "think": "canary-5d1f", "messages": [{"role": "user", "content": "canary-5d1f"}]}""")]
    [InlineData("""{"model": "tiny", "format": "canary-5d1f", "keep_alive": "canary-5d1f", "messages": [{"role": "user", "content": "canary-5d1f"}]}""")]
    [InlineData("""{"model": "tiny", "keep_alive": "canary-5d1f", "messages": [{"role": "user", "content": "canary-5d1f"}]}""")]
    [InlineData("""{"model": "tiny", "options": {"canary-5d1f": 1, "temperature": "canary-5d1f"}, "messages": [{"role": "user", "content": "canary-5d1f"}]}""")]
    [InlineData("""{"model": "tiny", "messages": [{"role": "user", "content": "canary-5d1f""")]
    public async Task No_error_repeats_a_word_of_the_request(string body)
    {
        var (status, error) = await _server.PostAsync(Chat, body);
        Assert.True((int)status is 400 or 404);
        OllamaSchemas.Check("ErrorResponse", error);
        Assert.DoesNotContain("canary-5d1f", error.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_tools_have_objects_for_arguments_and_a_line_stays_one()
    {
        _server.Model.Shape = (piece, delta) => piece.StartsWith("You", StringComparison.Ordinal) ? delta with { Text = "", ToolCalls = [new("c1", "add", "{\n  \"a\": 1,\n  \"b\": \"two\\nlines\"\n}"), new("c2", "add", "{}")] } : delta with { Text = "" };
        _server.Model.Reason = FinishReason.ToolCalls;
        var (_, body) = await AskAsync(Tools);
        OllamaSchemas.Check("ChatResponse", body);
        var lines = await _server.LinesAsync(Chat, Body(Tools));
        OllamaSchemas.CheckStream("ChatStreamEvent", "ChatResponse", lines);
        foreach (var message in (JsonElement[])[body.GetProperty("message"), lines[0].GetProperty("message")])
        {
            Assert.Equal("", message.GetProperty("content").GetString());
            var arguments = message.GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("function").GetProperty("arguments")).ToList();
            Assert.Equal((1, "two\nlines"), (arguments[0].GetProperty("a").GetInt32(), arguments[0].GetProperty("b").GetString()));
            Assert.Equal(JsonValueKind.Object, arguments[1].ValueKind);
        }

        Assert.Equal("add", ((ChatPrompt)_server.Model.Requests[0].Prompt).Tools.Single().Name);
    }

    [Fact]
    public async Task A_result_finds_its_call_by_id_by_name_or_by_turn()
    {
        const string calls = """{"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "add", "arguments": {"a": 1}}}, {"id": "mine", "function": {"name": "sub"}}, {"function": {"name": "add"}}]}""";
        await _server.PostAsync(Chat, $$"""
            {"model": "tiny", "stream": false, "messages": [{"role": "user", "content": "x"}, {{calls}}, {"role": "tool", "content": "0", "tool_call_id": "mine"}, {"role": "tool", "content": "1", "tool_name": "add"},
            {"role": "tool", "content": "2"}, {"role": "tool", "content": "3", "tool_name": "other"}]}
            """);
        var messages = ((ChatPrompt)_server.Model.Requests.Single().Prompt).Messages;
        Assert.Equal(["""{"a": 1}""", "{}", "{}"], messages[1].ToolCalls.Select(c => c.ArgumentsJson.Reveal()));
        var ids = messages[1].ToolCalls.Select(c => c.Id).ToList();
        Assert.Equal("mine", ids[1]);
        Assert.Equal([(ids[1], "sub"), (ids[0], "add"), (ids[2], "add"), (null, "other")], messages.Skip(2).Select(m => (m.ToolCallId, m.ToolName)));
    }

    [Fact]
    public async Task Log_probabilities_stand_beside_what_was_said()
    {
        var (_, body) = await AskAsync(""", "logprobs": true, "top_logprobs": 2""");
        OllamaSchemas.Check("ChatResponse", body);
        Assert.Equal(2, body.GetProperty("logprobs").GetArrayLength());
        Assert.Equal(2, body.GetProperty("logprobs")[0].GetProperty("top_logprobs").GetArrayLength());
        Assert.Equal(2, _server.Model.Requests.Single().LogProbabilities);
        var lines = await _server.LinesAsync(Chat, Body(""", "logprobs": true"""));
        Assert.Equal(2, lines.Count(l => l.TryGetProperty("logprobs", out _)));
    }

    [Fact]
    public async Task Without_messages_the_model_is_loaded_and_with_no_time_to_stay_given_up()
    {
        var (status, body) = await _server.PostAsync(Chat, """{"model": "tiny", "messages": []}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("load", 1), (body.GetProperty("done_reason").GetString(), _server.Model.Loads));
        Assert.Equal("", body.GetProperty("message").GetProperty("content").GetString());
        (_, body) = await _server.PostAsync(Chat, """{"model": "tiny", "keep_alive": 0}""");
        Assert.Equal("unload", body.GetProperty("done_reason").GetString());
        Assert.Equal(2, _server.Model.Disposals);
        // What isn't loaded isn't loaded for that.
        (status, _) = await _server.PostAsync(Chat, """{"model": "tiny", "keep_alive": "0s"}""");
        Assert.Equal((HttpStatusCode.OK, 1), (status, _server.Model.Loads));
        Assert.Empty(_server.Model.Requests);
    }

    [Fact]
    public async Task A_model_that_is_to_stay_no_time_is_given_up_after_the_answer()
    {
        var (_, body) = await AskAsync(""", "keep_alive": 0""");
        Assert.Equal("stop", body.GetProperty("done_reason").GetString());
        using var response = await _server.SendAsync(HttpMethod.Get, "/api/ps", null, _server.Key);
        Assert.Equal(0, JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop)).GetProperty("models").GetArrayLength());
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

    Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string fields) => _server.PostAsync(Chat, Body($""", "stream": false{fields}"""));
}
