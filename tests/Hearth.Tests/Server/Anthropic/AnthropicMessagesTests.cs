using System.Net;
using Hearth.Requests.Chat;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Anthropic;

/// <summary>What becomes of the messages of a request.</summary>
public sealed class AnthropicMessagesTests : IAsyncLifetime
{
    const string Image = """{"type": "image", "source": {"type": "url", "url": "http://169.254.169.254/"}}""";

    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Calls_their_results_and_what_was_thought_come_back()
    {
        var messages = await ReadAsync("""
            {"role": "user", "content": [{"type": "text", "text": "Add"}, {"type": "text", "text": "twice."}]},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "Two calls.", "signature": ""}, {"type": "redacted_thinking", "data": "AAAA"}, {"type": "text", "text": "Yes."},
                {"type": "tool_use", "id": "c1", "name": "add", "input": {"a": 1}, "caller": {"type": "direct"}}, {"type": "tool_use", "id": "c2", "name": "mul", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "2"}, {"type": "tool_result", "tool_use_id": "c2", "content": [{"type": "text", "text": "none"}], "is_error": true},
                {"type": "text", "text": "Go on."}]}
            """);
        Assert.Equal([("user", "Add\ntwice."), ("assistant", "Yes."), ("tool", "2"), ("tool", "Error: none"), ("user", "Go on.")], messages.Select(m => (m.Role, m.Content.Reveal())));
        Assert.Equal("Two calls.", messages[1].Reasoning!.Value.Reveal());
        Assert.Equal([("c1", "add", """{"a": 1}"""), ("c2", "mul", "{}")], messages[1].ToolCalls.Select(c => (c.Id, c.Name, c.ArgumentsJson.Reveal())));
        Assert.Equal([("c1", "add"), ("c2", "mul")], messages.Where(m => m.Role == "tool").Select(m => (m.ToolCallId, m.ToolName)));
    }

    [Fact]
    public async Task What_one_side_says_in_a_row_is_one_turn()
    {
        var messages = await ReadAsync("""
            {"role": "user", "content": "a"}, {"role": "user", "content": [{"type": "text", "text": "b"}]}, {"role": "assistant", "content": "c"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "add", "input": {}}]}, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1"}]}
            """);
        Assert.Equal([("user", "a\nb"), ("assistant", "c"), ("tool", "")], messages.Select(m => (m.Role, m.Content.Reveal())));
        Assert.Single(messages[1].ToolCalls);
    }

    [Theory]
    [InlineData("", "messages")]
    [InlineData("""{"role": "tool", "content": "x"}""", "messages[0].role")]
    [InlineData("""{"role": "user"}""", "messages[0].content")]
    [InlineData("""{"role": "user", "content": {}}""", "messages[0].content")]
    [InlineData($$"""{"role": "user", "content": [{{Image}}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role": "user", "content": [{"type": "document"}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role": "user", "content": [{"type": "tool_use", "id": "c1", "name": "add", "input": {}}]}""", "messages[0].content[0].type")]
    [InlineData($$"""{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": [{{Image}}]}]}""", "messages[0].content[0].content[0].type")]
    [InlineData("""{"role": "user", "content": "x"}, {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "add"}]}""", "messages[1].content[0].input")]
    [InlineData("""{"role": "user", "content": "x"}, {"role": "assistant", "content": "The answer is"}""", "messages[1].role")]
    public async Task A_wrong_field_is_named(string messages, string parameter)
    {
        var (status, body) = await _server.PostAsync("/v1/messages", Body(messages));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        AnthropicSchemas.Check("ErrorResponse", body);
        Assert.Contains($"'{parameter}'", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(_server.Model.Requests);
    }

    [Fact]
    public async Task Errors_repeat_no_word_of_a_request()
    {
        const string canary = "canary-5d1f";
        foreach (var messages in (string[])[
            $$"""{"role": "{{canary}}", "content": "x"}""",
            $$"""{"role": "user", "content": [{"type": "{{canary}}"}]}""",
            $$$"""{"role": "user", "content": {"{{{canary}}}": "{{{canary}}}"}}""",
            $$"""{"role": "user", "content": "{{canary}}"}, {"role": "assistant", "content": "{{canary}}"}"""])
        {
            using var response = await _server.SendAsync(HttpMethod.Post, "/v1/messages", Body(messages), _server.Key);
            Assert.False(response.IsSuccessStatusCode);
            Assert.DoesNotContain(canary, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    static string Body(string messages) => $$"""{"model": "tiny", "max_tokens": 9, "messages": [{{messages}}]}""";

    async Task<IReadOnlyList<ChatMessage>> ReadAsync(string messages)
    {
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/messages", Body(messages))).Status);
        return Assert.IsType<ChatPrompt>(_server.Model.Requests.Single().Prompt).Messages;
    }
}
