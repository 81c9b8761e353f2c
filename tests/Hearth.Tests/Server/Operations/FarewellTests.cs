using System.Net;
using System.Text.Json;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Operations;

/// <summary>The end of a server that is answering.</summary>
public sealed class FarewellTests
{
    const string Chat = "/v1/chat/completions";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_is_under_way_may_end()
    {
        await using var server = await TestServer.StartAsync(farewell: TimeSpan.FromMinutes(1));
        var (begun, go) = Hold(server);
        var answer = ServerSentEvents.OfAsync(server, Chat, Question(", \"stream\": true"));
        await begun.WaitAsync(Patience.Longest, Stop);
        var end = server.EndAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => AskUntilRefusedAsync(server)).WaitAsync(Patience.Longest, Stop);
        Assert.False(end.IsCompleted);
        go.SetResult();
        Assert.Equal("[DONE]", (await answer)[^1].Data);
        await end.WaitAsync(Patience.Longest, Stop);
    }

    [Fact]
    public async Task A_stream_that_takes_longer_is_told_so_and_broken()
    {
        await using var server = await TestServer.StartAsync(farewell: TimeSpan.FromMilliseconds(100));
        var (begun, _) = Hold(server);
        var answer = ServerSentEvents.OfBrokenAsync(server, Chat, Question(", \"stream\": true"));
        await begun.WaitAsync(Patience.Longest, Stop);
        await server.EndAsync().WaitAsync(Patience.Longest, Stop);
        var events = await answer;
        Assert.Contains("You said: ", events[^2].Data, StringComparison.Ordinal);
        Assert.Equal("shutting_down", Code(events[^1].Data));
    }

    [Fact]
    public async Task Whoever_waits_for_a_whole_answer_is_told_when_to_come_back()
    {
        await using var server = await TestServer.StartAsync(farewell: TimeSpan.FromMilliseconds(100));
        var (begun, _) = Hold(server);
        var answer = server.SendAsync(HttpMethod.Post, Chat, Question(""), server.Key);
        await begun.WaitAsync(Patience.Longest, Stop);
        await server.EndAsync().WaitAsync(Patience.Longest, Stop);
        using var response = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
        Assert.Equal("shutting_down", Code(await response.Content.ReadAsStringAsync(Stop)));
    }

    /// <summary>On a busy machine the door is closed a moment later.</summary>
    static async Task AskUntilRefusedAsync(TestServer server)
    {
        while (true)
        {
            (await server.SendAsync(HttpMethod.Get, "/healthz", null, null)).Dispose();
            await Task.Delay(5, Stop);
        }
    }

    static string Question(string fields) => $$"""{"model": "tiny", "messages": [{"role": "user", "content": "x"}]{{fields}}}""";

    static string? Code(string error) => JsonElement.Parse(error).GetProperty("error").GetProperty("code").GetString();

    /// <summary>The model says one piece, and the next one only when it may.</summary>
    static (Task Begun, TaskCompletionSource Go) Hold(TestServer server)
    {
        var (begun, go, pieces) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        server.Model.BeforePiece = cancellation =>
        {
            if (++pieces == 1)
                return Task.CompletedTask;
            begun.TrySetResult();
            return go.Task.WaitAsync(cancellation);
        };
        return (begun.Task, go);
    }
}
