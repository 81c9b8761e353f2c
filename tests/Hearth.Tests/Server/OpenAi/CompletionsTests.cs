using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.OpenAi;

public sealed class CompletionsTests : IAsyncLifetime
{
    const string Path = "/v1/completions";

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_completion_has_what_the_api_says()
    {
        var body = await AskAsync("\"hello\"");
        var choice = body.GetProperty("choices")[0];
        Assert.Equal("You said: hello", choice.GetProperty("text").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("tiny", body.GetProperty("model").GetString());
        Assert.Equal(52, body.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal(16, _server.Model.Requests.Single().MaxTokens);
    }

    [Theory]
    [InlineData("\"hello\"", "hello")]
    [InlineData("[\"hello\", \"you\"]", "hello", "you")]
    [InlineData("[104, 105]", "hi")]
    [InlineData("[[104, 105], [104]]", "hi", "h")]
    public async Task Prompts_are_texts_or_tokens_and_are_repeated_where_that_is_asked_for(string prompt, params string[] texts)
    {
        var body = await AskAsync(prompt, """, "echo": true""");
        Assert.Equal(texts, body.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("text").GetString()!.Split("You said: ")[0]));
        var isTokens = !prompt.Contains('"');
        Assert.All(_server.Model.Requests, r => Assert.IsType(isTokens ? typeof(TokenPrompt) : typeof(TextPrompt), r.Prompt));
        var first = (await StreamAsync(prompt, """, "echo": true""")).First(c => c.Index == 0);
        Assert.Equal(texts[0], first.Text);
    }

    [Fact]
    public async Task The_answers_to_each_prompt_stand_side_by_side_and_a_prompt_counts_once()
    {
        var body = await AskAsync("[\"a\", \"b\"]", """, "n": 2, "best_of": 2, "seed": 5""");
        Assert.Equal(["0 You said: a", "1 You said: a", "2 You said: b", "3 You said: b"], body.GetProperty("choices").EnumerateArray().Select(c => $"{c.GetProperty("index")} {c.GetProperty("text")}"));
        Assert.Equal([5UL, 5UL, 6UL, 6UL], _server.Model.Requests.Select(r => r.Sampling.Seed!.Value).Order());
        Assert.Equal((100, 8), (body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), body.GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
        var chunks = await StreamAsync("[\"a\", \"b\"]", """, "n": 2""");
        Assert.Equal(["You said: a", "You said: a", "You said: b", "You said: b"], chunks.GroupBy(c => c.Index).OrderBy(g => g.Key).Select(g => string.Concat(g.Select(c => c.Text))));
    }

    [Fact]
    public async Task A_stream_ends_with_the_reason_the_usage_and_done()
    {
        var events = await ServerSentEvents.OfAsync(_server, Path, Body("\"hello\"", """, "stream": true, "stream_options": {"include_usage": true}"""));
        Assert.Equal("[DONE]", events[^1].Data);
        var chunks = events[..^1].ConvertAll(e => JsonElement.Parse(e.Data));
        Assert.All(chunks, Check);
        Assert.Single(chunks.Select(c => c.GetProperty("id").GetString()).Distinct());
        Assert.Equal(["You said: ", "hello", ""], chunks[..^1].Select(c => c.GetProperty("choices")[0].GetProperty("text").GetString()!));
        Assert.Equal([null, null, "stop"], chunks[..^1].Select(c => c.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(52, chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Log_probabilities_are_lists_side_by_side_and_places_are_counted_from_the_beginning_of_the_prompt()
    {
        var whole = (await AskAsync("\"hello\"", """, "logprobs": 2""")).GetProperty("choices")[0].GetProperty("logprobs");
        // The fake numbers its tokens, and a token is a character.
        Assert.Equal(["\u0001", "\u0002"], whole.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()!));
        Assert.Equal([-0.5, -0.5], whole.GetProperty("token_logprobs").EnumerateArray().Select(t => t.GetDouble()));
        Assert.Equal(["\u0001: -0.5, \t: -1.25", "\u0002: -0.5, \t: -1.25"], whole.GetProperty("top_logprobs").EnumerateArray().Select(Members));
        Assert.Equal([5, 6], whole.GetProperty("text_offset").EnumerateArray().Select(t => t.GetInt32()));
        var chunks = await StreamAsync("\"hello\"", """, "logprobs": 2""");
        foreach (var column in (string[])["tokens", "token_logprobs", "top_logprobs", "text_offset"])
        {
            Assert.Equal(
                whole.GetProperty(column).EnumerateArray().Select(v => v.GetRawText()),
                chunks.Where(c => c.Choice.GetProperty("logprobs").ValueKind == JsonValueKind.Object).SelectMany(c => c.Choice.GetProperty("logprobs").GetProperty(column).EnumerateArray()).Select(v => v.GetRawText()));
        }

        static string Members(JsonElement members) => string.Join(", ", members.EnumerateObject().Select(m => $"{m.Name}: {m.Value}"));
    }

    [Fact]
    public async Task A_token_is_shown_as_it_stands_inside_a_text()
    {
        // As tokenizers of SentencePiece do it: a space begins each word, and a text loses its first one.
        _server.Model.Text = tokens => string.Concat(tokens.Select(t => $" {(char)('a' + t)}"))[1..];
        var found = (await AskAsync("\"x\"", """, "logprobs": 0""")).GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal([" b", " c"], found.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()!));
        Assert.Equal([1, 3], found.GetProperty("text_offset").EnumerateArray().Select(t => t.GetInt32()));
        // Its beginning and its end are the two halves of a character.
        _server.Model.Text = tokens => tokens.Count == 1 ? "\uFFFDx\uFFFD" : "\uFFFDx\u00e9x\uFFFD";
        _server.Model.Shape = (_, delta) => delta with { LogProbabilities = [new(7, -1, [])] };
        found = (await AskAsync("\"x\"", """, "logprobs": 0""")).GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal("\uFFFDx\uFFFD", found.GetProperty("tokens")[0].GetString());
    }

    [Fact]
    public async Task Tokens_whose_texts_look_alike_are_one_member_and_the_drawn_one_is_among_them()
    {
        // Two bytes that are no characters by themselves.
        _server.Model.Shape = (_, delta) => delta with { LogProbabilities = [new(3, float.NegativeInfinity, [new(0x80, -0.5f), new(0x81, -1.5f)])] };
        var found = (await AskAsync("\"x\"", """, "logprobs": 2""")).GetProperty("choices")[0].GetProperty("logprobs");
        var top = found.GetProperty("top_logprobs")[0];
        Assert.Equal(["\uFFFD", "\u0003"], top.EnumerateObject().Select(m => m.Name));
        // JSON has no infinity.
        Assert.Equal([-0.5, -9999], top.EnumerateObject().Select(m => m.Value.GetDouble()));
        Assert.Equal(-9999, found.GetProperty("token_logprobs")[0].GetDouble());
    }

    [Fact]
    public async Task What_is_asked_for_reaches_the_engine()
    {
        var body = Body("\"x\"", """, "max_tokens": 9, "temperature": 0.5, "top_p": 0.25, "frequency_penalty": 0.5, "presence_penalty": -0.5, "stop": ["a", "b"], "logit_bias": {"7": -100}, "seed": 3, "logprobs": 0, "user": "u" """);
        OpenAiSchemas.Check("CreateCompletionRequest", JsonElement.Parse(body));
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync(Path, body)).Status);
        var request = _server.Model.Requests.Single();
        Assert.Equal((9, 3UL, 0), (request.MaxTokens, request.Sampling.Seed, request.LogProbabilities));
        Assert.Equal((0.5f, 0.25f, 0.5f, -0.5f), (request.Sampling.Temperature, request.Sampling.TopP, request.Sampling.FrequencyPenalty, request.Sampling.PresencePenalty));
        Assert.Equal(["a", "b"], request.Stop.Select(s => s.Reveal()));
        Assert.Equal(-100, request.Sampling.LogitBias[7]);
        Assert.Equal(32, request.CacheScope.Length);
    }

    [Theory]
    [InlineData("\"x\"", """, "suffix": "y" """, "suffix")]
    [InlineData("\"x\"", """, "best_of": 2""", "best_of")]
    [InlineData("\"x\"", """, "n": 2, "best_of": 1""", "best_of")]
    [InlineData("\"x\"", """, "n": 33""", "n")]
    [InlineData("[\"x\", \"y\"]", """, "n": 17""", "n")]
    [InlineData("\"x\"", """, "logprobs": 6""", "logprobs")]
    [InlineData("\"x\"", """, "logprobs": 1, "echo": true""", "logprobs")]
    [InlineData("\"x\"", """, "max_tokens": 0""", "max_tokens")]
    [InlineData("\"x\"", """, "stream_options": {}""", "stream_options")]
    [InlineData("\"x\"", """, "temperature": 3""", "temperature")]
    [InlineData("null", "", "prompt")]
    [InlineData("[]", "", "prompt")]
    [InlineData("{}", "", "prompt")]
    [InlineData("[\"x\", 1]", "", "prompt")]
    public async Task A_wrong_field_is_named(string prompt, string fields, string parameter)
    {
        var (status, body) = await _server.PostAsync(Path, Body(prompt, fields));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        OpenAiSchemas.Check("ErrorResponse", body);
        Assert.Equal(parameter, body.GetProperty("error").GetProperty("param").GetString());
        Assert.Empty(_server.Model.Requests);
    }

    [Fact]
    public async Task Where_one_answer_fails_the_others_are_given_up()
    {
        _server.Model.Answer = request => ((TextPrompt)request.Prompt).Text.Reveal() == "too long"
            ? throw new EngineException(FailureCode.ContextOverflow, "The prompt has 9000 tokens.", "at most 8192")
            : ["x"];
        _server.Model.BeforePiece = cancellation => Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        foreach (var stream in (string[])["false", "true"])
        {
            var (status, body) = await _server.PostAsync(Path, Body("[\"endless\", \"too long\"]", $", \"stream\": {stream}")).WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal(("context_length_exceeded", "prompt"), (body.GetProperty("error").GetProperty("code").GetString(), body.GetProperty("error").GetProperty("param").GetString()));
        }
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_told_and_the_connection_broken()
    {
        _server.Model = FailingModel.Make();
        var events = await ServerSentEvents.OfBrokenAsync(_server, Path, Body("\"x\"", """, "stream": true"""));
        var error = JsonElement.Parse(events[^1].Data);
        OpenAiSchemas.Check("ErrorResponse", error);
        Assert.Equal("worker_lost", error.GetProperty("error").GetProperty("code").GetString());
    }

    static string Body(string prompt, string fields) => $$"""{"model": "tiny", "prompt": {{prompt}}{{fields}}}""";

    async Task<JsonElement> AskAsync(string prompt, string fields = "")
    {
        OpenAiSchemas.Check("CreateCompletionRequest", JsonElement.Parse(Body(prompt, fields)));
        var (status, body) = await _server.PostAsync(Path, Body(prompt, fields));
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        OpenAiSchemas.Check("CreateCompletionResponse", body);
        return body;
    }

    async Task<List<(int Index, string Text, JsonElement Choice)>> StreamAsync(string prompt, string fields)
    {
        var events = await ServerSentEvents.OfAsync(_server, Path, Body(prompt, $", \"stream\": true{fields}"));
        var chunks = events[..^1].ConvertAll(e => JsonElement.Parse(e.Data));
        Assert.All(chunks, Check);
        return chunks.ConvertAll(c => c.GetProperty("choices")[0]).ConvertAll(c => (c.GetProperty("index").GetInt32(), c.GetProperty("text").GetString()!, c));
    }

    /// <summary>The API has no schema of its own for chunks, and in that of the whole a reason can't be null.</summary>
    static void Check(JsonElement chunk)
    {
        var node = JsonNode.Parse(chunk.GetRawText())!;
        foreach (var choice in node["choices"]!.AsArray())
            choice!["finish_reason"] ??= "stop";
        OpenAiSchemas.Check("CreateCompletionResponse", JsonElement.Parse(node.ToJsonString()));
    }
}
