using System.Net;
using System.Text.Json;
using Hearth.Requests.Chat;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Mcp;

/// <summary>The Model Context Protocol, message by message, in each version and over both transports; all that is sent is held against the protocol's own schemas.</summary>
public sealed class McpTests
{
    public static TheoryData<string, bool> Everywhere
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (var version in McpSchemas.Versions)
            {
                all.Add(version, true);
                all.Add(version, false);
            }

            return all;
        }
    }

    public static TheoryData<string> Examples
        => Path.Exists(Folder) ? [.. Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)] : ["none"];

    static string Folder => Repository.At("..", "shared", "data", "mcp", McpSchemas.Newest, "examples");

    [Theory, MemberData(nameof(Everywhere))]
    public async Task A_client_finds_the_tools_and_their_schemas(string version, bool http)
    {
        await using var link = await StartAsync(http);
        var opened = version == McpSchemas.Newest
            ? await AskAsync(link, version, McpMessages.Request(version, "server/discover", "{}"), "DiscoverResult")
            : await AskAsync(link, version, McpMessages.Initialize(version), "InitializeResult");
        if (version == McpSchemas.Newest)
            Assert.Superset(McpSchemas.Versions.ToHashSet(), opened.GetProperty("supportedVersions").EnumerateArray().Select(v => v.GetString()!).Append("2025-11-25").Append("2025-06-18").ToHashSet());
        else
            Assert.Equal(version, opened.GetProperty("protocolVersion").GetString());
        var list = await AskAsync(link, version, McpMessages.Request(version, "tools/list", "{}"), "ListToolsResult");
        Assert.Equal(["chat", "embed", "list_models"], list.GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task Chat_answers_a_prompt_and_a_conversation(string version, bool http)
    {
        await using var link = await BeginAsync(version, http);
        var answer = await CallAsync(link, version, "chat", """{"model": "tiny", "prompt": "hello", "max_tokens": 7, "temperature": 0.5, "seed": 3, "schema": {"type": "object"}}""");
        Assert.Equal("You said: hello", answer.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("You said: hello", answer.GetProperty("structuredContent").GetProperty("text").GetString());
        Assert.Equal("stop", answer.GetProperty("structuredContent").GetProperty("finish_reason").GetString());
        Assert.True(answer.GetProperty("_meta").GetProperty("hearth/confined").GetBoolean());
        var asked = link.Model.Requests[0];
        Assert.Equal((7, 0.5f, 3UL, ConstraintKind.JsonSchema), (asked.MaxTokens, asked.Sampling.Temperature, asked.Sampling.Seed, asked.Constraint!.Kind));
        await CallAsync(link, version, "chat", """{"model": "tiny", "messages": [{"role": "system", "content": "a"}, {"role": "user", "content": "b"}]}""");
        Assert.Equal(["system", "user"], ((ChatPrompt)link.Model.Requests[1].Prompt).Messages.Select(m => m.Role));
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task Embed_makes_vectors_and_list_models_names_models(string version, bool http)
    {
        await using var link = await BeginAsync(version, http);
        var vectors = await CallAsync(link, version, "embed", """{"model": "other", "texts": ["a", "bc"]}""");
        Assert.Equal(["[1,-0.5]", "[2,-0.5]"], vectors.GetProperty("structuredContent").GetProperty("vectors").EnumerateArray().Select(v => v.GetRawText()));
        var models = await CallAsync(link, version, "list_models", "{}");
        Assert.Equal(["tools", "tiny", "other"], models.GetProperty("structuredContent").GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()).OrderDescending());
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task What_a_tool_refuses_is_an_answer_that_says_so_and_repeats_no_word(string version, bool http)
    {
        await using var link = await BeginAsync(version, http);
        link.Model.Answer = _ => [Thrown()];
        foreach (var (tool, arguments, part) in ((string, string, string)[])[
            ("chat", "{\"model\": \"tiny\"}", "'prompt' and 'messages'"),
            ("chat", "{\"model\": \"canary\", \"prompt\": \"canary\"}", "no model of this name"),
            ("chat", "{\"model\": \"tiny\", \"prompt\": \"x\", \"canary\": 1}", "doesn't take"),
            ("chat", "{\"model\": \"tiny\", \"prompt\": \"x\", \"temperature\": \"canary\"}", "'temperature'"),
            ("chat", "{\"model\": \"tiny\", \"prompt\": \"canary\"}", "The server failed"),
            ("embed", "{\"model\": \"tiny\", \"texts\": []}", "'texts'"),
            ("embed", "{\"model\": \"tiny\", \"texts\": [\"a canary that is too long\"]}", "nothing is cut"),
            ("list_models", "{\"canary\": 1}", "It takes none")])
        {
            var answer = await AskAsync(link, version, McpMessages.Call(version, tool, arguments), "CallToolResult");
            Assert.True(answer.GetProperty("isError").GetBoolean());
            Assert.True(answer.GetProperty("_meta").GetProperty("hearth/confined").GetBoolean());
            Assert.Contains(part, answer.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("canary", $"{answer}", StringComparison.Ordinal);
        }

        static string Thrown() => throw new InvalidOperationException("canary");
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task What_is_no_tool_and_no_method_is_an_error(string version, bool http)
    {
        await using var link = await BeginAsync(version, http);
        foreach (var (message, code) in ((string, int)[])[(McpMessages.Call(version, "canary", "{}"), -32602), (McpMessages.Request(version, "resources/list", "{}"), -32601), (McpMessages.Request(version, "canary", "{}"), -32601)])
        {
            var answer = (await link.SendAsync(version, message))!.Value;
            McpSchemas.CheckMessage(version, answer, null);
            Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetInt32());
            Assert.DoesNotContain("canary", $"{answer}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Over_http_whoever_asks_needs_a_key_with_the_scope_and_sees_the_models_of_it()
    {
        await using var link = await HttpLink.StartAsync();
        var message = McpMessages.Call(McpSchemas.Newest, "list_models", "{}");
        using var strange = await link.Server.SendAsync(HttpMethod.Post, "/mcp", message, null);
        Assert.Equal(HttpStatusCode.Unauthorized, strange.StatusCode);
        var error = JsonElement.Parse(await strange.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        McpSchemas.CheckMessage(McpSchemas.Newest, error, null);
        using var foreign = await link.Server.SendAsync(HttpMethod.Post, "/mcp", message, link.Server.Key, change: r => r.Headers.Add("Origin", "https://attacker.example"));
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        await using var limited = new HttpLink(await TestServer.StartAsync());
        limited.Server.Key = await limited.Server.AddKeyAsync("alice", KeyScopes.Chat, "other");
        var models = await CallAsync(limited, McpSchemas.Newest, "list_models", "{}");
        Assert.Equal("other", models.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Over_http_there_are_no_sessions(string method)
    {
        await using var link = await HttpLink.StartAsync();
        using var response = await link.Server.SendAsync(new(method), "/mcp", null, link.Server.Key);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": 5}")]
    [InlineData("{\"jsonrpc\": \"2.0\", \"id\": 1, \"id\": 2, \"method\": \"ping\"}")]
    [InlineData("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"canary")]
    [InlineData("{\"canary\": 1}")]
    [InlineData("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"initialize\", \"params\": {\"protocolVersion\": \"2025-11-25\", \"canary\": {}}}")]
    public async Task Over_http_a_body_that_is_no_message_is_refused(string body)
    {
        await using var link = await HttpLink.StartAsync();
        using var response = await link.SendRawAsync("2025-11-25", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        McpSchemas.CheckMessage(McpSchemas.Newest, JsonElement.Parse(text), null);
        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_http_the_newest_version_is_held_to_its_headers()
    {
        await using var link = await HttpLink.StartAsync();
        using var response = await link.Server.SendAsync(HttpMethod.Post, "/mcp", McpMessages.Call(McpSchemas.Newest, "list_models", "{}"), link.Server.Key, change: r =>
        {
            r.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            r.Headers.Add("MCP-Protocol-Version", McpSchemas.Newest);
            r.Headers.Add("Mcp-Method", "tools/list");
        });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        McpSchemas.Check(McpSchemas.Newest, "HeaderMismatchError", JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Over_streams_a_call_that_is_called_off_stops_the_model()
    {
        await using var link = new StreamLink();
        var asked = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        link.Model.BeforePiece = async cancellation =>
        {
            asked.TrySetResult();
            await using var end = cancellation.Register(() => stopped.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        };
        await link.SendOnlyAsync(McpMessages.Call(McpSchemas.Newest, "chat", """{"prompt": "x"}"""));
        await asked.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        await link.SendOnlyAsync("""{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}""");
        await stopped.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Over_streams_the_end_of_the_input_ends_the_server_and_gives_up_its_models()
    {
        var link = new StreamLink();
        await CallAsync(link, McpSchemas.Newest, "chat", """{"prompt": "x"}""");
        await link.DisposeAsync();
        Assert.True(link.Model.Disposals > 0);
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Every_example_of_the_protocol_is_read_and_answered_by_its_rules(string example)
    {
        Repository.Shared("data", "mcp");
        var message = await File.ReadAllTextAsync(Path.Combine(Folder, example), TestContext.Current.CancellationToken);
        foreach (var link in (IMcpLink[])[await HttpLink.StartAsync(), new StreamLink()])
        {
            await using (link)
            {
                if (await link.SendAsync(McpSchemas.Newest, message) is { } answer)
                    CheckAnswer(JsonElement.Parse(message), answer);
                // Whatever it was, the next one is answered.
                await CallAsync(link, McpSchemas.Newest, "list_models", "{}");
            }
        }
    }

    static void CheckAnswer(JsonElement message, JsonElement answer)
    {
        var method = message.TryGetProperty("method", out var named) ? named.GetString() : null;
        var result = method switch { "server/discover" => "DiscoverResult", "tools/list" => "ListToolsResult", _ => null };
        McpSchemas.CheckMessage(McpSchemas.Newest, answer, result);
        if (message.TryGetProperty("id", out var id) && method is not null && message.TryGetProperty("jsonrpc", out _))
            Assert.Equal($"{id}", $"{answer.GetProperty("id")}");
    }

    static async Task<JsonElement> AskAsync(IMcpLink link, string version, string message, string result)
    {
        var answer = await link.SendAsync(version, message);
        Assert.NotNull(answer);
        McpSchemas.CheckMessage(version, answer.Value, result);
        return answer.Value.GetProperty("result");
    }

    static async Task<JsonElement> CallAsync(IMcpLink link, string version, string tool, string arguments)
    {
        var answer = await AskAsync(link, version, McpMessages.Call(version, tool, arguments), "CallToolResult");
        Assert.False(answer.TryGetProperty("isError", out var failed) && failed.GetBoolean(), $"{answer}");
        return answer;
    }

    static async Task<IMcpLink> StartAsync(bool http) => http ? await HttpLink.StartAsync() : new StreamLink();

    /// <summary>A link on which a client of this version has begun as such a client does.</summary>
    static async Task<IMcpLink> BeginAsync(string version, bool http)
    {
        var link = await StartAsync(http);
        if (version == McpSchemas.Newest)
            return link;
        await AskAsync(link, version, McpMessages.Initialize(version), "InitializeResult");
        Assert.Null(await link.SendAsync(version, """{"jsonrpc": "2.0", "method": "notifications/initialized"}"""));
        return link;
    }
}
