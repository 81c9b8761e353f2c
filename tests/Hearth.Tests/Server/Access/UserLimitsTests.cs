using System.Net;
using System.Text.Json;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Access;

/// <summary>What a user may ask for, and how clients learn when to come back: they try again by these headers.</summary>
public sealed class UserLimitsTests : IAsyncLifetime
{
    const string Question = """{"model": "tiny", "messages": [{"role": "user", "content": "x"}]}""";

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Too_many_requests_in_a_minute_are_told_when_to_come_back()
    {
        await LimitAsync(limits => limits with { RequestsPerMinute = 2 });
        using var first = await AskAsync();
        using var second = await AskAsync();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        using var third = await AskAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limit_exceeded"), (third.StatusCode, await CodeAsync(third)));
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.False(third.Headers.Contains("x-should-retry"));
        // Another user has a limit of their own.
        await _server.Database.Users.AddAsync("bob", new(), TestContext.Current.CancellationToken);
        _server.Key = await _server.AddKeyAsync("bob", KeyScopes.Chat);
        using var other = await AskAsync();
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Whoever_has_no_tokens_left_today_need_not_try_again()
    {
        await LimitAsync(limits => limits with { TokensPerDay = 50 });
        using var first = await AskAsync();
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await AskAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, "quota_exceeded"), (second.StatusCode, await CodeAsync(second)));
        Assert.Null(second.Headers.RetryAfter);
        Assert.Equal("false", second.Headers.GetValues("x-should-retry").Single());
        Assert.Single(_server.Model.Requests);
    }

    [Fact]
    public async Task Too_many_waiting_are_told_when_to_come_back()
    {
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { Parallel = 1, Waiting = 0 } });
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.BeforePiece = _ =>
        {
            asked.TrySetResult();
            return go.Task;
        };
        var running = server.PostAsync("/v1/chat/completions", Question);
        await asked.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        using var refused = await server.SendAsync(HttpMethod.Post, "/v1/chat/completions", Question, server.Key);
        Assert.Equal((HttpStatusCode.TooManyRequests, "queue_full"), (refused.StatusCode, await CodeAsync(refused)));
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await running).Status);
    }

    Task<UserAccount> LimitAsync(Func<UserLimits, UserLimits> change) => _server.Database.Users.ChangeAsync("alice", user => user with { Limits = change(user.Limits) }, TestContext.Current.CancellationToken);

    Task<HttpResponseMessage> AskAsync() => _server.SendAsync(HttpMethod.Post, "/v1/chat/completions", Question, _server.Key);

    static async Task<string?> CodeAsync(HttpResponseMessage response)
        => JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error").GetProperty("code").GetString();
}
