using System.Net;
using System.Text.Json;
using Hearth.Server.Anthropic;
using Hearth.Server.Routes;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Anthropic;
using Hearth.Tests.Server.Mcp;
using Hearth.Tests.Server.Ollama;
using Hearth.Tests.Server.OpenAi;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Access;

/// <summary>Every address, and what a key needs for it. A route that is added without a line here, or with another scope, turns this red.</summary>
public sealed class RouteTests
{
    static readonly Dictionary<string, KeyScopes?> Expected = new()
    {
        ["GET /healthz"] = null,
        ["GET /readyz"] = null,
        ["POST /mcp"] = KeyScopes.Chat,
        ["GET /mcp"] = KeyScopes.Chat,
        ["DELETE /mcp"] = KeyScopes.Chat,
        ["GET /metrics"] = KeyScopes.Metrics,
        ["GET /v1/models"] = KeyScopes.Read,
        ["GET /v1/models/{**id}"] = KeyScopes.Read,
        ["POST /v1/chat/completions"] = KeyScopes.Chat,
        ["POST /v1/completions"] = KeyScopes.Chat,
        ["POST /v1/embeddings"] = KeyScopes.Chat,
        ["POST /v1/messages"] = KeyScopes.Chat,
        ["POST /v1/messages/count_tokens"] = KeyScopes.Chat,
        ["GET /"] = null,
        ["GET /api/version"] = KeyScopes.Read,
        ["GET /api/tags"] = KeyScopes.Read,
        ["GET /api/ps"] = KeyScopes.Read,
        ["POST /api/show"] = KeyScopes.Read,
        ["POST /api/generate"] = KeyScopes.Chat,
        ["POST /api/chat"] = KeyScopes.Chat,
        ["POST /api/embed"] = KeyScopes.Chat,
        ["POST /api/embeddings"] = KeyScopes.Chat,
        ["POST /api/pull"] = KeyScopes.Chat,
        ["POST /api/push"] = KeyScopes.Admin,
        ["POST /api/create"] = KeyScopes.Admin,
        ["POST /api/copy"] = KeyScopes.Admin,
        ["DELETE /api/delete"] = KeyScopes.Admin,
        ["HEAD /api/blobs/{digest}"] = KeyScopes.Read,
        ["POST /api/blobs/{digest}"] = KeyScopes.Admin,
        ["POST /v1/rerank"] = KeyScopes.Chat,
        ["POST /v1/responses"] = KeyScopes.Chat,
    };

    static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CANARY"];

    public static TheoryData<string> Closed => [.. Expected.Where(r => r.Value is not null).Select(r => r.Key)];

    [Fact]
    public void Every_route_has_the_scope_that_is_written_here()
        => Assert.Equal(Expected.OrderBy(r => r.Key), RouteTable.All.ToDictionary(r => $"{r.Method} {r.Path}", r => r.Scope).OrderBy(r => r.Key));

    [Theory, MemberData(nameof(Closed))]
    public async Task Without_a_good_key_nothing_is_answered(string route)
    {
        await using var server = await TestServer.StartAsync();
        var (method, path) = (new HttpMethod(route.Split(' ')[0]), Filled(route.Split(' ')[1]));
        var body = method == HttpMethod.Post ? "{}" : null;
        foreach (var key in (string?[])[null, "", "sk-1234", server.Key[..^1], server.Key + "x", server.Key.ToUpperInvariant()])
        {
            using var response = await server.SendAsync(method, path, body, key is "" ? null : key);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        var scope = Expected[route]!.Value;
        var others = Enum.GetValues<KeyScopes>().Where(s => s != KeyScopes.None && s != scope).Aggregate(KeyScopes.None, (all, s) => all | s);
        using var refused = await server.SendAsync(method, path, body, await server.AddKeyAsync("alice", others));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var admitted = await server.SendAsync(method, path, body, await server.AddKeyAsync("alice", scope));
        Assert.NotEqual(HttpStatusCode.Unauthorized, admitted.StatusCode);
        Assert.NotEqual(HttpStatusCode.Forbidden, admitted.StatusCode);
    }

    [Fact]
    public async Task Both_ways_to_send_a_key_lead_to_the_same_check()
    {
        await using var server = await TestServer.StartAsync();
        using var own = await server.SendAsync(HttpMethod.Get, "/v1/models", null, null, change: r => r.Headers.Add("x-api-key", server.Key));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        // A client whose other key is not set sends an empty one.
        using var empty = await server.SendAsync(HttpMethod.Get, "/v1/models", null, server.Key, change: r => r.Headers.TryAddWithoutValidation("x-api-key", ""));
        Assert.Equal(HttpStatusCode.OK, empty.StatusCode);
        using var two = await server.SendAsync(HttpMethod.Get, "/v1/models", null, server.Key, change: r => r.Headers.Add("x-api-key", server.Key[..^1]));
        Assert.Equal(HttpStatusCode.BadRequest, two.StatusCode);
        await server.Database.Users.ChangeAsync("alice", user => user with { IsDisabled = true }, TestContext.Current.CancellationToken);
        using var disabled = await server.SendAsync(HttpMethod.Get, "/v1/models", null, null, change: r => r.Headers.Add("x-api-key", server.Key));
        Assert.Equal(HttpStatusCode.Unauthorized, disabled.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_response_has_an_id_and_says_whether_the_workers_are_confined(bool unconfined)
    {
        await using var server = await TestServer.StartAsync(options => options with { Unconfined = unconfined });
        var ids = new HashSet<string>();
        foreach (var (path, key) in ((string, string?)[])[("/healthz", null), ("/v1/models", server.Key), ("/v1/models", null), ("/v1/models/none", server.Key), ("/nowhere", null)])
        {
            using var response = await server.SendAsync(HttpMethod.Get, path, null, key);
            Assert.Equal(unconfined ? "false" : "true", response.Headers.GetValues("x-hearth-confined").Single());
            Assert.True(ids.Add(response.Headers.GetValues("x-request-id").Single()));
            Assert.Equal(response.Headers.GetValues("x-request-id"), response.Headers.GetValues("request-id"));
        }
    }

    [Theory]
    [InlineData("/healthz", true)]
    [InlineData("/", true)]
    [InlineData("/v1/models", false)]
    [InlineData("/api/version", false)]
    public async Task What_can_be_got_has_a_head(string path, bool isOpen)
    {
        await using var server = await TestServer.StartAsync();
        using var whole = await server.SendAsync(HttpMethod.Get, path, null, server.Key);
        using var head = await server.SendAsync(HttpMethod.Head, path, null, server.Key);
        Assert.Equal((HttpStatusCode.OK, whole.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var strange = await server.SendAsync(HttpMethod.Head, path, null, null);
        Assert.Equal(isOpen ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, strange.StatusCode);
    }

    [Fact]
    public async Task Another_method_than_those_of_an_address_is_refused_with_their_names()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var address in Expected.Keys.Select(r => r.Split(' ')).GroupBy(r => r[1], r => r[0]))
        {
            // What opens and ends sessions elsewhere has routes here that refuse it.
            string[] takes = address.Key == "/mcp" ? ["POST"] : [.. address.SelectMany(m => m == "GET" ? (string[])["GET", "HEAD"] : [m])];
            foreach (var method in Methods.Except(takes))
            {
                using var response = await server.SendAsync(new(method), Filled(address.Key), null, server.Key);
                Assert.True(response.StatusCode == HttpStatusCode.MethodNotAllowed, $"{method} {address.Key}: {response.StatusCode}");
                Assert.Equal(takes.Order(), response.Content.Headers.Allow.Order());
                Assert.DoesNotContain("CANARY", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_wrong_method_is_told_in_the_words_of_the_api_of_the_address()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var path in (string[])["/v1/chat/completions", "/v1/models", "/v1/models/tiny", "/healthz"])
        {
            var error = await ErrorAsync(path);
            OpenAiSchemas.Check("ErrorResponse", error);
            Assert.Equal("method_not_allowed", error.GetProperty("error").GetProperty("code").GetString());
        }

        AnthropicSchemas.Check("ErrorResponse", await ErrorAsync("/v1/messages"));
        AnthropicSchemas.Check("ErrorResponse", await ErrorAsync("/v1/models", r => r.Headers.Add(AnthropicRoutes.Version, "2023-06-01")));
        OllamaSchemas.Check("ErrorResponse", await ErrorAsync("/api/chat"));
        OllamaSchemas.Check("ErrorResponse", await ErrorAsync("/"));
        McpSchemas.CheckMessage(McpSchemas.Newest, await ErrorAsync("/mcp"), null);

        async Task<JsonElement> ErrorAsync(string path, Action<HttpRequestMessage>? change = null)
        {
            using var response = await server.SendAsync(HttpMethod.Put, path, null, server.Key, change: change);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            return JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    static string Filled(string path) => path.Replace("{**id}", "tiny", StringComparison.Ordinal).Replace("{digest}", $"sha256:{new string('0', 64)}", StringComparison.Ordinal);

    [Fact]
    public async Task An_unknown_address_is_told_so()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(new("CANARY"), "/v1/audio/speech", null, server.Key);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var error = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("unknown_route", error, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", error, StringComparison.Ordinal);
        using var ollama = await server.SendAsync(HttpMethod.Get, "/api/web_search", null, server.Key);
        Assert.Equal(HttpStatusCode.NotFound, ollama.StatusCode);
        Assert.Equal(JsonValueKind.String, JsonElement.Parse(await ollama.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error").ValueKind);
    }
}
