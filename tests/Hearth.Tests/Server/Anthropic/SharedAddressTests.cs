using System.Net;
using System.Text.Json;
using Hearth.Server.Anthropic;
using Hearth.Server.Routes;
using Hearth.Storage.Access;
using Hearth.Tests.Server.OpenAi;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Anthropic;

/// <summary>Addresses that two APIs have: who names a version of Anthropic's is answered in its form.</summary>
public sealed class SharedAddressTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void A_shared_address_needs_the_scope_that_it_needs_otherwise()
        => Assert.All(AnthropicRoutes.Shared, shared => Assert.Equal(RouteTable.All.Single(r => (r.Method, r.Path) == (shared.Method, shared.Path)).Scope, shared.Scope));

    [Fact]
    public async Task Models_are_listed_in_the_form_of_the_client()
    {
        var (status, body) = await GetAsync("/v1/models");
        Assert.Equal(HttpStatusCode.OK, status);
        AnthropicSchemas.Check("ListResponse_ModelInfo_", body);
        Assert.Equal(["other", "tiny", "tools"], Names(body));
        Assert.Equal(("other", "tools", false), (body.GetProperty("first_id").GetString(), body.GetProperty("last_id").GetString(), body.GetProperty("has_more").GetBoolean()));
        (status, body) = await GetAsync("/v1/models", version: null);
        Assert.Equal(HttpStatusCode.OK, status);
        OpenAiSchemas.Check("ListModelsResponse", body);
    }

    [Theory]
    [InlineData("?limit=2", "other tiny", true)]
    [InlineData("?limit=1&after_id=other", "tiny", true)]
    [InlineData("?limit=1&after_id=tiny", "tools", false)]
    [InlineData("?limit=1&before_id=tools", "tiny", true)]
    [InlineData("?before_id=other", "", false)]
    public async Task Models_come_in_pages(string query, string names, bool hasMore)
    {
        var (status, body) = await GetAsync($"/v1/models{query}");
        Assert.Equal(HttpStatusCode.OK, status);
        AnthropicSchemas.Check("ListResponse_ModelInfo_", body);
        Assert.Equal((names, hasMore), (string.Join(' ', Names(body)), body.GetProperty("has_more").GetBoolean()));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?after_id=none")]
    public async Task A_page_that_there_is_not_is_refused(string query)
    {
        var (status, body) = await GetAsync($"/v1/models{query}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        AnthropicSchemas.Check("ErrorResponse", body);
    }

    [Fact]
    public async Task One_model_is_shown()
    {
        var (status, body) = await GetAsync("/v1/models/tiny");
        Assert.Equal(HttpStatusCode.OK, status);
        AnthropicSchemas.Check("ModelInfo", body);
        Assert.Equal("tiny", body.GetProperty("display_name").GetString());
    }

    [Theory]
    [InlineData("/v1/models/none", 404, "not_found_error")]
    [InlineData("/v1/nowhere", 404, "not_found_error")]
    [InlineData("/v1/models?key=x", 400, "invalid_request_error")]
    public async Task Errors_are_in_its_form(string path, int status, string type)
    {
        var (found, body) = await GetAsync(path);
        Assert.Equal(status, (int)found);
        AnthropicSchemas.Check("ErrorResponse", body);
        Assert.Equal(type, EventStream.Type(body.GetProperty("error")));
        (found, body) = await GetAsync(path, version: null);
        Assert.Equal(status, (int)found);
        OpenAiSchemas.Check("ErrorResponse", body);
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_in_its_form()
    {
        var (status, body) = await GetAsync("/v1/models", key: _server.Key[..^1]);
        Assert.Equal((HttpStatusCode.Unauthorized, "authentication_error"), (status, EventStream.Type(body.GetProperty("error"))));
        (status, body) = await GetAsync("/v1/models", key: await _server.AddKeyAsync("alice", KeyScopes.Chat));
        Assert.Equal((HttpStatusCode.Forbidden, "permission_error"), (status, EventStream.Type(body.GetProperty("error"))));
        AnthropicSchemas.Check("ErrorResponse", body);
    }

    [Fact]
    public async Task Too_large_and_too_often_have_types_of_their_own()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { BodyBytes = 100 } });
        var (status, body) = await server.PostAsync("/v1/messages", $$"""{"model": "{{new string('x', 200)}}"}""");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "request_too_large"), (status, EventStream.Type(body.GetProperty("error"))));
        await server.Database.Users.ChangeAsync("alice", user => user with { Limits = user.Limits with { RequestsPerMinute = 0 } }, TestContext.Current.CancellationToken);
        (status, body) = await server.PostAsync("/v1/messages", "{}");
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limit_error"), (status, EventStream.Type(body.GetProperty("error"))));
        AnthropicSchemas.Check("ErrorResponse", body);
    }

    static IEnumerable<string?> Names(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString());

    async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path, string? version = "2023-06-01", string? key = null)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, path, null, key ?? _server.Key, change: request =>
        {
            if (version is not null)
                request.Headers.Add(AnthropicRoutes.Version, version);
        });
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
