using System.Net;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Anthropic;

public sealed class TokenCountTests : IAsyncLifetime
{
    const string Path = "/v1/messages/count_tokens";

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_prompt_that_an_answer_would_have_is_counted_and_nothing_is_generated()
    {
        var generated = 0;
        _server.Model.BeforePiece = _ => Task.FromResult(generated++);
        var (status, body) = await _server.PostAsync(Path, """
            {"model": "tiny", "system": "s", "messages": [{"role": "user", "content": "x"}], "tools": [{"name": "add", "input_schema": {"type": "object"}}], "thinking": {"type": "disabled"}}
            """);
        Assert.Equal(HttpStatusCode.OK, status);
        AnthropicSchemas.Check("CountMessageTokensResponse", body);
        Assert.Equal(50, body.GetProperty("input_tokens").GetInt32());
        Assert.Equal(0, generated);
        var prompt = Assert.IsType<ChatPrompt>(_server.Model.Requests.Single().Prompt);
        Assert.Equal(["system", "user"], prompt.Messages.Select(m => m.Role));
        Assert.Equal(("add", """{"enable_thinking": false}"""), (prompt.Tools.Single().Name, prompt.OptionsJson!.Value.Reveal()));
    }

    [Fact]
    public async Task It_costs_no_tokens_and_leaves_none_in_the_cache()
    {
        await _server.PostAsync(Path, """{"model": "tiny", "messages": [{"role": "user", "content": "x"}]}""");
        Assert.False(_server.Model.Requests.Single().UseCache);
        var alice = (await _server.Database.Keys.AuthenticateAsync(_server.Key, Stop)).Principal!;
        Assert.Equal(0, await _server.Database.Usage.TodayAsync(alice.UserId, Stop));
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_counted_too()
    {
        _server.Model.Refusal = new(FailureCode.ContextOverflow, "The prompt has 9000 tokens.", "at most 8192") { PromptTokens = 9000 };
        var (status, body) = await _server.PostAsync(Path, """{"model": "tiny", "messages": [{"role": "user", "content": "x"}]}""");
        Assert.Equal((HttpStatusCode.OK, 9000), (status, body.GetProperty("input_tokens").GetInt32()));
        _server.Model.Refusal = new(FailureCode.InvalidRequest, "A tool has no name.");
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.PostAsync(Path, """{"model": "tiny", "messages": [{"role": "user", "content": "x"}]}""")).Status);
    }

    [Fact]
    public async Task A_wrong_field_is_named()
    {
        var (status, body) = await _server.PostAsync(Path, """{"model": "tiny"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        AnthropicSchemas.Check("ErrorResponse", body);
        Assert.Contains("'messages'", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
