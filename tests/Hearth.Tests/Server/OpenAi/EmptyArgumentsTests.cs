using System.Net;
using Hearth.Requests.Chat;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.OpenAi;

/// <summary>A call of a function that takes nothing: some programs keep an empty text as its arguments, and send it back so.</summary>
public sealed class EmptyArgumentsTests
{
    [Theory]
    [InlineData("/v1/chat/completions", """{"model": "tiny", "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "now", "arguments": ""}}]}, {"role": "tool", "tool_call_id": "c", "content": "noon"}]}""")]
    [InlineData("/v1/responses", """{"model": "tiny", "input": [{"role": "user", "content": "x"}, {"type": "function_call", "call_id": "c", "name": "now", "arguments": " "}, {"type": "function_call_output", "call_id": "c", "output": "noon"}]}""")]
    public async Task They_are_those_of_no_argument(string path, string body)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(path, body)).Status);
        Assert.Equal("{}", ((ChatPrompt)server.Model.Requests.Single().Prompt).Messages[1].ToolCalls.Single().ArgumentsJson.Reveal());
    }
}
