using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.OpenAi;

public sealed class ResponsesTests : IAsyncLifetime
{
    const string Path = "/v1/responses";
    const string Hello = "\"hello\"";

    // With line breaks, as people write it.
    const string Tools = """
        , "tools": [{"type": "function", "name": "weather", "description": "tells the weather", "strict": true,
            "parameters": {
                "type": "object"
            }}]
        """;

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_response_has_what_the_api_says()
    {
        var body = await AskAsync(""", "metadata": {"a": "b"}, "instructions": "Be kind.", "max_output_tokens": 99, "temperature": 0.5, "store": false, "truncation": "disabled", "background": false""");
        Assert.Equal("completed", body.GetProperty("status").GetString());
        Assert.Equal("You said: hello", Text(body));
        Assert.Equal("completed", body.GetProperty("output")[0].GetProperty("status").GetString());
        Assert.Equal((50, 2, 52), (Usage(body, "input_tokens"), Usage(body, "output_tokens"), Usage(body, "total_tokens")));
        Assert.Equal(["{\"a\":\"b\"}", "\"Be kind.\"", "99", "0.5", "false", "\"disabled\"", "\"tiny\"", "null", "null"],
            ((string[])["metadata", "instructions", "max_output_tokens", "temperature", "store", "truncation", "model", "error", "previous_response_id"]).Select(name => body.GetProperty(name).GetRawText()));
    }

    [Fact]
    public async Task No_member_is_sent_that_the_api_does_not_know()
    {
        var schemas = JsonNode.Parse(File.ReadAllBytes(Repository.Shared("data", "openai", "openapi.json")))!["components"]!["schemas"]!;
        // The service sends it, and its description forgets it.
        var known = ((JsonNode[])[schemas["Response"]!["allOf"]![2]!, schemas["ResponseProperties"]!, schemas["ModelResponseProperties"]!]).SelectMany(s => s["properties"]!.AsObject().Select(p => p.Key)).Append("store").ToHashSet();
        Assert.DoesNotContain((await AskAsync("")).EnumerateObject(), m => !known.Contains(m.Name));
    }

    [Fact]
    public async Task A_stream_tells_every_step_and_ends_with_the_whole()
    {
        var events = await StreamAsync("");
        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            events.Select(e => e.Name));
        Assert.Equal("You said: hello", string.Concat(Of(events, "response.output_text.delta").Select(e => e.GetProperty("delta").GetString())));
        Assert.Equal("You said: hello", Of(events, "response.output_text.done").Single().GetProperty("text").GetString());
        Assert.Single(events.Where(e => e.Event.TryGetProperty("item_id", out _)).Select(e => e.Event.GetProperty("item_id").GetString()).Distinct());
        Assert.Equal("in_progress", events[0].Event.GetProperty("response").GetProperty("status").GetString());
        Assert.Equal(0, events[0].Event.GetProperty("response").GetProperty("output").GetArrayLength());
        Assert.Equal(0, Of(events, "response.output_item.added").Single().GetProperty("item").GetProperty("content").GetArrayLength());
        var end = events[^1].Event.GetProperty("response");
        // What was told last of an item is what the whole has.
        Assert.Equal(Of(events, "response.output_item.done").Single().GetProperty("item").GetRawText(), end.GetProperty("output")[0].GetRawText());
        Assert.Equal(Anonymous(await AskAsync("")), Anonymous(end));
    }

    [Fact]
    public async Task Thoughts_come_as_a_summary_and_are_told_apart()
    {
        Think();
        var events = await StreamAsync("");
        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
                "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done", "response.reasoning_summary_part.done", "response.output_item.done",
                "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.output_item.done", "response.completed",
            ],
            events.Select(e => e.Name));
        Assert.Equal([0, 1], Of(events, "response.output_item.added").Select(e => e.GetProperty("output_index").GetInt32()));
        var whole = await AskAsync("");
        Assert.Equal(Anonymous(whole), Anonymous(events[^1].Event.GetProperty("response")));
        Assert.Equal(["reasoning", "message"], whole.GetProperty("output").EnumerateArray().Select(i => i.GetProperty("type").GetString()!));
        Assert.Equal("hm so", whole.GetProperty("output")[0].GetProperty("summary")[0].GetProperty("text").GetString());
        Assert.Equal("yes", whole.GetProperty("output")[1].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(2, whole.GetProperty("usage").GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt32());
    }

    [Fact]
    public async Task Calls_of_tools_are_items_of_their_own()
    {
        _server.Model = CallingModel.Make();
        var whole = await AskAsync(Tools);
        var call = whole.GetProperty("output")[0];
        Assert.Equal(("function_call", "call_1", "weather", """{"city": "Bonn"}"""), (Member(call, "type"), Member(call, "call_id"), Member(call, "name"), Member(call, "arguments")));
        Assert.Equal("""[{"type":"function","name":"weather","description":"tells the weather","parameters":{"type":"object"},"strict":true}]""", whole.GetProperty("tools").GetRawText());
        var events = await StreamAsync(Tools);
        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done", "response.completed",
            ],
            events.Select(e => e.Name));
        Assert.Equal("", Member(Of(events, "response.output_item.added").Single().GetProperty("item"), "arguments"));
        Assert.Equal("""{"city": "Bonn"}""", Member(Of(events, "response.function_call_arguments.delta").Single(), "delta"));
        Assert.Equal(Anonymous(whole), Anonymous(events[^1].Event.GetProperty("response")));
    }

    [Fact]
    public async Task Where_several_calls_are_not_wanted_the_first_is_all()
    {
        _server.Model.Answer = _ => ["calls"];
        _server.Model.Shape = (_, delta) => delta with { Text = "", ToolCalls = [new("c1", "weather", "{}"), new("c2", "weather", "{}")] };
        _server.Model.Reason = FinishReason.ToolCalls;
        Assert.Equal(2, (await AskAsync(Tools)).GetProperty("output").GetArrayLength());
        Assert.Equal(1, (await AskAsync($$"""{{Tools}}, "parallel_tool_calls": false""")).GetProperty("output").GetArrayLength());
    }

    [Theory]
    [InlineData(FinishReason.MaxTokens)]
    [InlineData(FinishReason.ContextFull)]
    [InlineData(FinishReason.IncompleteToolCall)]
    public async Task An_answer_that_was_cut_short_says_so(FinishReason reason)
    {
        _server.Model.Reason = reason;
        var whole = await AskAsync("");
        Assert.Equal("incomplete", whole.GetProperty("status").GetString());
        Assert.Equal("max_output_tokens", whole.GetProperty("incomplete_details").GetProperty("reason").GetString());
        Assert.Equal("incomplete", whole.GetProperty("output")[0].GetProperty("status").GetString());
        var events = await StreamAsync("");
        Assert.Equal("response.incomplete", events[^1].Name);
        Assert.Equal(Anonymous(whole), Anonymous(events[^1].Event.GetProperty("response")));
    }

    [Fact]
    public async Task An_answer_without_anything_is_an_empty_message()
    {
        _server.Model.Answer = _ => [];
        Assert.Equal("", Text(await AskAsync("")));
        Assert.Contains(await StreamAsync(""), e => e.Name == "response.content_part.done");
    }

    [Fact]
    public async Task Log_probabilities_belong_to_the_text()
    {
        Think();
        var whole = await AskAsync(""", "include": ["message.output_text.logprobs"], "top_logprobs": 2""");
        var tokens = whole.GetProperty("output")[1].GetProperty("content")[0].GetProperty("logprobs");
        // The fake numbers its tokens; the first two were thoughts.
        Assert.Equal(["\u0003"], tokens.EnumerateArray().Select(t => t.GetProperty("token").GetString()!));
        Assert.Equal([-0.5, -1.25], tokens[0].GetProperty("top_logprobs").EnumerateArray().Select(t => t.GetProperty("logprob").GetDouble()));
        var events = await StreamAsync(""", "include": ["message.output_text.logprobs"], "top_logprobs": 2""");
        Assert.Equal(tokens.GetRawText(), Of(events, "response.output_text.delta").Single().GetProperty("logprobs").GetRawText());
        Assert.Equal(Anonymous(whole), Anonymous(events[^1].Event.GetProperty("response")));
    }

    [Fact]
    public async Task Tokens_of_a_text_that_is_held_back_come_with_it()
    {
        _server.Model.Answer = _ => ["a", "b", "c"];
        _server.Model.Shape = (piece, delta) => piece == "b" ? delta : delta with { Text = "" };
        var events = await StreamAsync(""", "top_logprobs": 1""");
        Assert.Equal([2, 1], Of(events, "response.output_text.delta").Select(e => e.GetProperty("logprobs").GetArrayLength()));
        Assert.Equal(3, Of(events, "response.output_text.done").Single().GetProperty("logprobs").GetArrayLength());
    }

    [Fact]
    public async Task A_conversation_is_sent_again_item_by_item()
    {
        const string items = """
            [
                {"role": "developer", "content": "Be kind."},
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "How is "}, {"type": "input_text", "text": "Bonn?"}]},
                {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "I ask."}], "encrypted_content": null},
                {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "Wait.", "annotations": [], "logprobs": []}]},
                {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "weather", "arguments": "{}"},
                {"type": "function_call", "id": "fc_2", "call_id": "c2", "name": "time", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c2", "output": "noon"},
                {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_text", "text": "rain"}]},
                {"type": "reasoning", "id": "rs_2", "summary": []},
                {"role": "assistant", "content": "It rains."},
                {"role": "assistant", "content": "At noon."},
                {"role": "user", "content": "Thanks."}
            ]
            """;
        Assert.Equal("You said: Thanks.", Text(await AskAsync(""", "instructions": "Answer." """, items)));
        var messages = ((ChatPrompt)_server.Model.Requests.Single().Prompt).Messages;
        Assert.Equal(
            [
                "system: Answer.", "system: Be kind.", "user: How is Bonn?", "assistant: Wait. (I ask.) [c1 weather {}] [c2 time {}]", "tool: noon for c2 time", "tool: rain for c1 weather",
                "assistant: It rains. ()", "assistant: At noon.", "user: Thanks.",
            ],
            messages.Select(m => $"{m.Role}: {m.Content.Reveal()}{(m.Reasoning is { } thought ? $" ({thought.Reveal()})" : "")}{string.Concat(m.ToolCalls.Select(c => $" [{c.Id} {c.Name} {c.ArgumentsJson.Reveal()}]"))}{(m.ToolCallId is { } id ? $" for {id} {m.ToolName}" : "")}"));
    }

    [Fact]
    public async Task What_a_response_says_can_be_sent_back_as_it_is()
    {
        Think();
        var output = (await AskAsync("")).GetProperty("output").GetRawText();
        await AskAsync("", $$"""[{"role": "user", "content": "hello"}, {{output[1..^1]}}, {"role": "user", "content": "more"}]""");
        var message = ((ChatPrompt)_server.Model.Requests[^1].Prompt).Messages[1];
        Assert.Equal(("assistant", "yes", "hm so"), (message.Role, message.Content.Reveal(), message.Reasoning?.Reveal()));
    }

    [Fact]
    public async Task What_is_asked_for_reaches_the_engine()
    {
        await AskAsync("""
            , "max_output_tokens": 19, "temperature": 0.5, "top_p": 0.25, "reasoning": {"effort": "low", "summary": "auto"}, "user": "u", "service_tier": "auto", "CustomHeaders": {},
            "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "integer"}, "strict": true}}
            """);
        var request = _server.Model.Requests.Single();
        Assert.Equal((19, 0.5f, 0.25f), (request.MaxTokens, request.Sampling.Temperature, request.Sampling.TopP));
        Assert.Equal(new(ConstraintKind.JsonSchema, """{"type": "integer"}"""), request.Constraint);
        Assert.Contains("\"low\"", ((ChatPrompt)request.Prompt).OptionsJson!.Value.Reveal(), StringComparison.Ordinal);
        Assert.Equal(32, request.CacheScope.Length);
        await AskAsync(Tools + """, "tool_choice": "none", "text": {"format": {"type": "json_object"}}""");
        var prompt = (ChatPrompt)_server.Model.Requests[^1].Prompt;
        Assert.Equal((ToolChoice.None, "weather", "tells the weather"), (prompt.ToolChoice, prompt.Tools.Single().Name, prompt.Tools.Single().Description!.Value.Reveal()));
        await AskAsync($$"""{{Tools}}, "tool_choice": {"type": "function", "name": "weather"}""");
        prompt = (ChatPrompt)_server.Model.Requests[^1].Prompt;
        Assert.Equal((ToolChoice.Required, "weather"), (prompt.ToolChoice, prompt.RequiredTool));
    }

    [Theory]
    [InlineData(""", "store": true""", "store")]
    [InlineData(""", "background": true""", "background")]
    [InlineData(""", "previous_response_id": "resp_1" """, "previous_response_id")]
    [InlineData(""", "conversation": "c" """, "conversation")]
    [InlineData(""", "prompt": {"id": "x"}""", "prompt")]
    [InlineData(""", "truncation": "auto" """, "truncation")]
    [InlineData(""", "include": ["reasoning.encrypted_content"]""", "include")]
    [InlineData(""", "top_logprobs": 21""", "top_logprobs")]
    [InlineData(""", "temperature": 3""", "temperature")]
    [InlineData(""", "max_output_tokens": 0""", "max_output_tokens")]
    [InlineData(""", "max_tool_calls": 1""", "max_tool_calls")]
    [InlineData(""", "metadata": {"a": 1}""", "metadata")]
    [InlineData(""", "text": {"verbosity": "low"}""", "text.verbosity")]
    [InlineData(""", "text": {"format": {"type": "xml"}}""", "text.format.type")]
    [InlineData(""", "text": {"format": {"type": "json_schema", "name": "n"}}""", "text.format.schema")]
    [InlineData(""", "reasoning": {"effort": "much"}""", "reasoning.effort")]
    [InlineData(""", "reasoning": {"summary": "long"}""", "reasoning.summary")]
    [InlineData(""", "tools": [{"type": "web_search"}]""", "tools[0].type")]
    [InlineData(""", "tools": [{"type": "function"}]""", "tools[0].name")]
    [InlineData(""", "tools": [{"type": "function", "name": "f", "defer_loading": true}]""", "tools[0].defer_loading")]
    [InlineData(""", "tools": [{"type": "function", "name": "f"}], "text": {"format": {"type": "json_object"}}""", "text.format")]
    [InlineData(""", "tool_choice": "any" """, "tool_choice")]
    [InlineData(""", "tool_choice": {"type": "function", "name": "none"}""", "tool_choice")]
    [InlineData(""", "tool_choice": {"type": "web_search"}""", "tool_choice.type")]
    public async Task A_wrong_field_is_named(string fields, string parameter) => await RefusedAsync(Hello, fields, parameter);

    [Theory]
    [InlineData("null", "input")]
    [InlineData("[]", "input")]
    [InlineData("{}", "input")]
    [InlineData("[1]", "input[0]")]
    [InlineData("""[{"type": "item_reference", "id": "x"}]""", "input[0].type")]
    [InlineData("""[{"role": "tool", "content": "x"}]""", "input[0].role")]
    [InlineData("""[{"role": "user"}]""", "input[0].content")]
    [InlineData("""[{"role": "user", "content": [{"type": "input_image", "image_url": "http://169.254.169.254/"}]}]""", "input[0].content[0].type")]
    [InlineData("""[{"type": "function_call", "call_id": "c", "name": "f"}]""", "input[0].arguments")]
    [InlineData("""[{"type": "function_call_output", "call_id": "c"}]""", "input[0].output")]
    [InlineData("""[{"type": "reasoning", "summary": [], "encrypted_content": "x"}]""", "input[0].encrypted_content")]
    public async Task A_wrong_item_is_named(string input, string parameter) => await RefusedAsync(input, "", parameter);

    [Fact]
    public async Task No_error_repeats_a_word_of_a_request()
    {
        const string canary = "canary-5d1f";
        foreach (var fields in (string[])[
            $$""", "input": [{"type": "{{canary}}"}]""", $$""", "input": [{"role": "{{canary}}", "content": "{{canary}}"}]""", $$""", "input": [{"role": "user", "content": [{"type": "{{canary}}"}]}]""",
            $$""", "input": "{{canary}}", "include": ["{{canary}}"]""", $$""", "input": "{{canary}}", "metadata": {"{{canary}}": 1}""", $$$""", "input": "{{{canary}}}", "text": {"format": {"type": "{{{canary}}}"}}""",
            $$""", "input": "{{canary}}", "previous_response_id": "{{canary}}" """, $$""", "input": "{{canary}}", "tool_choice": "{{canary}}" """])
        {
            var (status, body) = await _server.PostAsync(Path, $$"""{"model": "tiny"{{fields}}}""");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.DoesNotContain(canary, body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_refused_before_the_stream_begins()
    {
        _server.Model.Refusal = new(FailureCode.ContextOverflow, "The prompt has 9000 tokens.", "at most 8192");
        await RefusedAsync(Hello, "", "input", reached: true);
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_told_twice_and_the_connection_broken()
    {
        _server.Model = FailingModel.Make();
        var events = Checked(await ServerSentEvents.OfBrokenAsync(_server, Path, Body(Hello, """, "stream": true""")));
        Assert.Equal(["response.output_text.delta", "response.failed", "error"], events.TakeLast(3).Select(e => e.Name));
        var failed = events[^2].Event.GetProperty("response");
        Assert.Equal(("failed", "server_error"), (Member(failed, "status"), Member(failed.GetProperty("error"), "code")));
        Assert.Equal(("incomplete", "You said: "), (Member(failed.GetProperty("output")[0], "status"), Text(failed)));
        Assert.Equal("worker_lost", Member(events[^1].Event, "code"));
    }

    static string Body(string input, string fields) => $$"""{"model": "tiny", "input": {{input}}{{fields}}}""";

    static string Member(JsonElement holder, string name) => holder.GetProperty(name).GetString()!;

    static int Usage(JsonElement body, string name) => body.GetProperty("usage").GetProperty(name).GetInt32();

    static string Text(JsonElement body) => Member(body.GetProperty("output").EnumerateArray().Last().GetProperty("content")[0], "text");

    static IEnumerable<JsonElement> Of(List<(string Name, JsonElement Event)> events, string name) => events.Where(e => e.Name == name).Select(e => e.Event);

    /// <summary>Without what is new each time.</summary>
    static string Anonymous(JsonElement response)
    {
        var node = JsonNode.Parse(response.GetRawText())!.AsObject();
        foreach (var name in (string[])["id", "created_at", "completed_at"])
            node.Remove(name);
        foreach (var item in node["output"]!.AsArray())
            item!.AsObject().Remove("id");
        // What the fake finds in its cache depends on what it was asked before.
        node["usage"]!["input_tokens_details"]!.AsObject().Remove("cached_tokens");
        return node.ToJsonString();
    }

    static List<(string Name, JsonElement Event)> Checked(List<(string? Name, string Data)> events)
    {
        var all = events.ConvertAll(e => (e.Name!, Event: JsonElement.Parse(e.Data)));
        Assert.All(all, e => OpenAiSchemas.Check("ResponseStreamEvent", e.Event));
        Assert.All(all, e => Assert.Equal(e.Item1, Member(e.Event, "type")));
        Assert.Equal(Enumerable.Range(0, all.Count), all.Select(e => e.Event.GetProperty("sequence_number").GetInt32()));
        return all;
    }

    /// <summary>Thinks in two pieces, and then says something.</summary>
    void Think()
    {
        _server.Model.Answer = _ => ["hm ", "so", "yes"];
        _server.Model.Shape = (piece, delta) => piece == "yes" ? delta : delta with { Text = "", Reasoning = piece };
    }

    async Task<JsonElement> AskAsync(string fields, string input = Hello)
    {
        // In the description, a list of items may be several things at once, which it forbids.
        if (input == Hello)
            OpenAiSchemas.Check("CreateResponse", JsonElement.Parse(Body(input, fields)));
        var (status, body) = await _server.PostAsync(Path, Body(input, fields));
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        OpenAiSchemas.Check("Response", body);
        return body;
    }

    async Task<List<(string Name, JsonElement Event)>> StreamAsync(string fields) => Checked(await ServerSentEvents.OfAsync(_server, Path, Body(Hello, $", \"stream\": true{fields}")));

    async Task RefusedAsync(string input, string fields, string parameter, bool reached = false)
    {
        foreach (var stream in (string[])["false", "true"])
        {
            var (status, body) = await _server.PostAsync(Path, Body(input, $", \"stream\": {stream}{fields}"));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            OpenAiSchemas.Check("ErrorResponse", body);
            Assert.Equal(parameter, Member(body.GetProperty("error"), "param"));
            Assert.Equal(reached, _server.Model.Requests.Count > 0);
        }
    }
}
