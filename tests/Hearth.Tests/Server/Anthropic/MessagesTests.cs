using System.Net;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Server.Support;
using static Hearth.Tests.Server.Anthropic.EventStream;

namespace Hearth.Tests.Server.Anthropic;

public sealed class MessagesTests : IAsyncLifetime
{
    const string Path = "/v1/messages";
    const string Tools = """, "tools": [{"name": "add", "description": "adds", "input_schema": {"type": "object"}}]""";

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_answer_has_what_the_api_says()
    {
        var (status, body) = await AskAsync("");
        Assert.Equal(HttpStatusCode.OK, status);
        AnthropicSchemas.Check("Message", body);
        var block = Assert.Single(body.GetProperty("content").EnumerateArray());
        Assert.Equal("You said: hello", block.GetProperty("text").GetString());
        Assert.Equal("end_turn", body.GetProperty("stop_reason").GetString());
        Assert.Equal("tiny", body.GetProperty("model").GetString());
    }

    [Fact]
    public async Task Tokens_of_the_cache_are_counted_apart()
    {
        await AskAsync("");
        var (_, body) = await AskAsync("");
        AnthropicSchemas.Check("Message", body);
        Assert.Equal((10, 40, 2), Usage(body.GetProperty("usage")));
        var events = await StreamAsync("");
        Assert.Equal((10, 40, 0), Usage(events[0].GetProperty("message").GetProperty("usage")));
        Assert.Equal((10, 40, 2), Usage(events[^2].GetProperty("usage")));

        static (int Input, int Cached, int Output) Usage(JsonElement usage)
            => (usage.GetProperty("input_tokens").GetInt32(), usage.GetProperty("cache_read_input_tokens").GetInt32(), usage.GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_has_a_beginning_blocks_and_an_end()
    {
        var events = await StreamAsync("");
        Assert.Equal(
            ["message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop", "message_delta", "message_stop"], events.Select(Type));
        Assert.Equal("You said: hello", Joined(events, "text_delta", "text"));
        Assert.Equal("end_turn", events[^2].GetProperty("delta").GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task What_the_model_thinks_is_a_block_of_its_own()
    {
        _server.Model.Shape = (piece, delta) => piece.StartsWith("You", StringComparison.Ordinal) ? delta with { Text = "", Reasoning = "I think. " } : delta;
        var (_, body) = await AskAsync("");
        AnthropicSchemas.Check("Message", body);
        Assert.Equal(["thinking", "text"], body.GetProperty("content").EnumerateArray().Select(Type));
        Assert.Equal("I think. ", body.GetProperty("content")[0].GetProperty("thinking").GetString());
        var events = await StreamAsync("");
        Assert.Equal([(0, "thinking"), (1, "text")], Blocks(events));
        Assert.Equal("I think. ", Joined(events, "thinking_delta", "thinking"));
        Assert.Equal("hello", Joined(events, "text_delta", "text"));
    }

    [Fact]
    public async Task Each_call_of_a_tool_is_a_block_of_its_own()
    {
        _server.Model.Shape = (piece, delta) => piece.StartsWith("You", StringComparison.Ordinal) ? delta with { ToolCalls = [new("c1", "add", "{\"a\": 1}"), new("c2", "add", "{}")] } : delta with { Text = "" };
        _server.Model.Reason = FinishReason.ToolCalls;
        var (_, body) = await AskAsync(Tools);
        AnthropicSchemas.Check("Message", body);
        Assert.Equal(["text", "tool_use", "tool_use"], body.GetProperty("content").EnumerateArray().Select(Type));
        Assert.Equal("tool_use", body.GetProperty("stop_reason").GetString());
        Assert.Equal(1, body.GetProperty("content")[1].GetProperty("input").GetProperty("a").GetInt32());
        var events = await StreamAsync(Tools);
        Assert.Equal([(0, "text"), (1, "tool_use"), (2, "tool_use")], Blocks(events));
        Assert.Equal("{\"a\": 1}{}", Joined(events, "input_json_delta", "partial_json"));
        Assert.Equal("c1", events.First(e => Type(e) == "content_block_start" && e.GetProperty("index").GetInt32() == 1).GetProperty("content_block").GetProperty("id").GetString());
        (_, body) = await AskAsync($$"""{{Tools}}, "tool_choice": {"type": "auto", "disable_parallel_tool_use": true}""");
        Assert.Equal(["text", "tool_use"], body.GetProperty("content").EnumerateArray().Select(Type));
    }

    [Fact]
    public async Task Text_after_a_call_is_another_block()
    {
        _server.Model.Answer = _ => ["one", "call", "two"];
        _server.Model.Shape = (piece, delta) => piece == "call" ? delta with { Text = "", ToolCalls = [new("c1", "add", "{}")] } : delta;
        Assert.Equal([(0, "text"), (1, "tool_use"), (2, "text")], Blocks(await StreamAsync(Tools)));
    }

    [Theory]
    [InlineData(FinishReason.EndOfText, "end_turn", null)]
    [InlineData(FinishReason.Stop, "stop_sequence", "END")]
    [InlineData(FinishReason.MaxTokens, "max_tokens", null)]
    [InlineData(FinishReason.ContextFull, "max_tokens", null)]
    [InlineData(FinishReason.ToolCalls, "tool_use", null)]
    [InlineData(FinishReason.IncompleteToolCall, "max_tokens", null)]
    public async Task Why_it_ended_is_told(FinishReason reason, string word, string? text)
    {
        _server.Model.Reason = reason;
        var (_, body) = await AskAsync("");
        AnthropicSchemas.Check("Message", body);
        Assert.Equal((word, text), (body.GetProperty("stop_reason").GetString(), body.GetProperty("stop_sequence").GetString()));
        var delta = (await StreamAsync(""))[^2].GetProperty("delta");
        Assert.Equal((word, text), (delta.GetProperty("stop_reason").GetString(), delta.GetProperty("stop_sequence").GetString()));
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_told_and_the_connection_broken()
    {
        var pieces = 0;
        _server.Model.BeforePiece = _ => ++pieces > 1 ? throw new EngineException(FailureCode.WorkerLost, "The worker ended.") : Task.CompletedTask;
        using var response = await _server.SendAsync(HttpMethod.Post, Path, Body(""", "stream": true"""), _server.Key, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var seen = new List<string>();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
            while (await reader.ReadLineAsync(Stop) is { } line)
                seen.Add(line);
        });
        Assert.DoesNotContain("event: message_stop", seen);
        var error = JsonElement.Parse(seen[seen.IndexOf("event: error") + 1]["data: ".Length..]);
        AnthropicSchemas.Check("ErrorResponse", error);
        Assert.Equal("overloaded_error", Type(error.GetProperty("error")));
        Assert.Equal(response.Headers.GetValues("request-id").Single(), error.GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_before_the_first_piece_has_a_status_of_its_own(bool stream)
    {
        _server.Model.LoadFailure = new(FailureCode.ContextOverflow, "The prompt has 9000 tokens.", "at most 8192");
        using var response = await _server.SendAsync(HttpMethod.Post, Path, Body(stream ? """, "stream": true""" : ""), _server.Key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Stop));
        AnthropicSchemas.Check("ErrorResponse", error);
        Assert.Equal("invalid_request_error", Type(error.GetProperty("error")));
        Assert.Contains("9000", error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_for_reaches_the_engine()
    {
        await AskAsync("""
            , "temperature": 0.5, "top_p": 0.25, "top_k": 7, "stop_sequences": ["a", "b"], "system": [{"type": "text", "text": "one", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "two"}],
            "thinking": {"type": "enabled", "budget_tokens": 1024}, "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": {"type": "integer"}}},
            "metadata": {"user_id": "u"}, "service_tier": "auto", "something_new": {}
            """);
        var request = _server.Model.Requests.Single();
        Assert.Equal(9, request.MaxTokens);
        Assert.Equal((0.5f, 0.25f, 7), (request.Sampling.Temperature, request.Sampling.TopP, request.Sampling.TopK));
        Assert.Equal(["a", "b"], request.Stop.Select(s => s.Reveal()));
        Assert.Equal(new(ConstraintKind.JsonSchema, """{"type": "integer"}"""), request.Constraint);
        Assert.Equal(32, request.CacheScope.Length);
        var prompt = Assert.IsType<ChatPrompt>(request.Prompt);
        Assert.Equal("""{"enable_thinking": true, "reasoning_effort": "high"}""", prompt.OptionsJson!.Value.Reveal());
        Assert.Equal([("system", "one\ntwo"), ("user", "hello")], prompt.Messages.Select(m => (m.Role, m.Content.Reveal())));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(""", "thinking": {"type": "disabled"}""", """{"enable_thinking": false}""")]
    [InlineData(""", "thinking": {"type": "adaptive"}""", """{"enable_thinking": true}""")]
    [InlineData(""", "output_config": {"effort": "low"}""", """{"reasoning_effort": "low"}""")]
    public async Task How_much_it_thinks_is_for_the_template(string fields, string? options)
    {
        await AskAsync(fields);
        Assert.Equal(options, Assert.IsType<ChatPrompt>(_server.Model.Requests.Single().Prompt).OptionsJson?.Reveal());
    }

    [Theory]
    [InlineData(""", "temperature": 1.5""", "temperature")]
    [InlineData(""", "top_p": -1""", "top_p")]
    [InlineData(""", "top_k": 0.5""", "top_k")]
    [InlineData(""", "max_tokens": 0""", "max_tokens")]
    [InlineData(""", "max_tokens": null""", "max_tokens")]
    [InlineData(""", "stop_sequences": [1]""", "stop_sequences")]
    [InlineData(""", "service_tier": "priority" """, "service_tier")]
    [InlineData(""", "container": "x" """, "container")]
    [InlineData(""", "mcp_servers": []""", "mcp_servers")]
    [InlineData(""", "thinking": {"type": "much"}""", "thinking.type")]
    [InlineData(""", "thinking": {"type": "enabled"}""", "thinking.budget_tokens")]
    [InlineData(""", "thinking": {"type": "enabled", "budget_tokens": 1}""", "thinking.budget_tokens")]
    [InlineData(""", "thinking": {"type": "adaptive", "display": "omitted"}""", "thinking.display")]
    [InlineData(""", "output_config": {"effort": "huge"}""", "output_config.effort")]
    [InlineData(""", "output_config": {"format": {"type": "xml"}}""", "output_config.format.type")]
    [InlineData(""", "output_config": {"format": {"type": "json_schema"}}""", "output_config.format.schema")]
    [InlineData(Tools + """, "output_config": {"format": {"type": "json_schema", "schema": {}}}""", "output_config.format")]
    [InlineData(""", "system": [{"type": "image"}]""", "system[0].type")]
    [InlineData(""", "tools": [{"type": "web_search_20250305", "name": "web_search"}]""", "tools[0].type")]
    [InlineData(""", "tools": [{"name": "add"}]""", "tools[0].input_schema")]
    [InlineData(""", "tools": [{"name": "add", "input_schema": {}, "strict": true}]""", "tools[0].strict")]
    [InlineData(""", "tools": [{"name": "add", "input_schema": {}, "defer_loading": true}]""", "tools[0].defer_loading")]
    [InlineData(""", "tools": [{"name": "add", "input_schema": {}, "input_examples": [{}]}]""", "tools[0].input_examples")]
    [InlineData(""", "tools": [{"name": "add", "input_schema": {}, "allowed_callers": ["code_execution_20250825"]}]""", "tools[0].allowed_callers")]
    [InlineData(""", "tool_choice": {"type": "tool"}""", "tool_choice.name")]
    [InlineData(""", "tool_choice": {"type": "tool", "name": "add"}""", "tool_choice.name")]
    [InlineData(""", "tool_choice": {"type": "all"}""", "tool_choice.type")]
    [InlineData(""", "tool_choice": "auto" """, "tool_choice")]
    public async Task A_wrong_field_is_named(string fields, string parameter)
    {
        var (status, body) = await AskAsync(fields);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        AnthropicSchemas.Check("ErrorResponse", body);
        Assert.Contains($"'{parameter}'", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(_server.Model.Requests);
    }

    [Theory]
    [InlineData("", ToolChoice.Auto, null)]
    [InlineData(""", "tool_choice": {"type": "auto"}""", ToolChoice.Auto, null)]
    [InlineData(""", "tool_choice": {"type": "none"}""", ToolChoice.None, null)]
    [InlineData(""", "tool_choice": {"type": "any"}""", ToolChoice.Required, null)]
    [InlineData(""", "tool_choice": {"type": "tool", "name": "add"}""", ToolChoice.Required, "add")]
    public async Task Whether_tools_are_called_is_for_the_engine(string fields, ToolChoice choice, string? required)
    {
        await AskAsync(Tools + fields);
        var prompt = Assert.IsType<ChatPrompt>(_server.Model.Requests.Single().Prompt);
        Assert.Equal((choice, required), (prompt.ToolChoice, prompt.RequiredTool));
        Assert.Equal(("add", """{"type": "object"}"""), (prompt.Tools.Single().Name, prompt.Tools[0].ParametersJson.Reveal()));
    }

    static string Body(string fields)
    {
        var limit = fields.Contains("max_tokens", StringComparison.Ordinal) ? "" : """, "max_tokens": 9""";
        return $$"""{"model": "tiny", "messages": [{"role": "user", "content": "hello"}]{{limit}}{{fields}}}""";
    }

    static List<(int Index, string Kind)> Blocks(List<JsonElement> events)
    {
        var starts = events.Where(e => Type(e) == "content_block_start").Select(e => (Index: e.GetProperty("index").GetInt32(), Kind: Type(e.GetProperty("content_block")))).ToList();
        // One is under way at a time: each ends before the next begins.
        Assert.Equal(
            starts.SelectMany(s => (string[])[$"start {s.Index}", $"stop {s.Index}"]),
            events.Where(e => Type(e) is "content_block_start" or "content_block_stop").Select(e => $"{(Type(e) == "content_block_start" ? "start" : "stop")} {e.GetProperty("index")}"));
        return starts;
    }

    Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string fields) => _server.PostAsync(Path, Body(fields));

    async Task<List<JsonElement>> StreamAsync(string fields)
    {
        using var response = await _server.SendAsync(HttpMethod.Post, Path, Body($$""", "stream": true{{fields}}"""), _server.Key);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return Read(await response.Content.ReadAsStringAsync(Stop));
    }
}
