using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Ollama;
using Hearth.Server.OpenAi;
using Hearth.Server.OpenAi.Responses;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Json;

/// <summary>Bodies of very many small things are read in the time that their number takes, not its square: whoever has a key could hold up a core for hours with one request.</summary>
public sealed class ReadingTimeTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public void Biases_of_many_tokens()
    {
        var body = Body($$$"""{"logit_bias": {{{{string.Join(", ", Enumerable.Range(0, 60_000).Select(i => $"\"{i}\": 1"))}}}}}""");
        Assert.Equal(60_000, InTime(() => OpenAiSampling.Read(body)).Change(new()).LogitBias.Count);
    }

    [Fact]
    public void Calls_in_one_turn()
    {
        const string call = """{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}""";
        var body = Body($$"""{"input": [{{string.Join(", ", Enumerable.Repeat(call, 100_000))}}]}""");
        Assert.Equal(100_000, Assert.Single(InTime(() => ResponseInput.Read(body))).ToolCalls.Count);
    }

    [Fact]
    public void Results_of_many_calls()
    {
        var made = string.Join(", ", Enumerable.Range(0, 1024).Select(i => $"{{\"id\": \"c{i}\", \"function\": {{\"name\": \"f\"}}}}"));
        var calls = $$"""{"role": "assistant", "tool_calls": [{{made}}]}""";
        var results = string.Join(", ", Enumerable.Range(0, 1024).Select(i => $"{{\"role\": \"tool\", \"content\": \"x\", \"tool_call_id\": \"c{1023 - i}\"}}"));
        Assert.All(InTime(() => OllamaMessages.Read(Body($$"""{"messages": [{{calls}}, {{results}}]}"""))).Skip(1), m => Assert.Equal("f", m.ToolName));
        var more = string.Join(", ", Enumerable.Repeat(calls, 50));
        Assert.Equal("messages[1].tool_calls", Assert.Throws<Refusal>(() => InTime(() => OllamaMessages.Read(Body($$"""{"messages": [{{more}}, {{results}}]}""")))).Parameter);
    }

    static RequestBody Body(string json) => new(JsonElement.Parse(json));

    static T InTime<T>(Func<T> read)
    {
        var start = ThreadTime.Now;
        var result = read();
        Assert.InRange(ThreadTime.Now - start, TimeSpan.Zero, Soon);
        return result;
    }
}
