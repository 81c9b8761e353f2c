using System.Text;
using Hearth.Fuzz;
using Hearth.Fuzz.Targets;

namespace Hearth.Tests.Fuzz;

/// <summary>Requests of many small things, or of one that is long: reading them takes no more than their size allows, and no error grows with them. Too long for the seeds.</summary>
public sealed class LargeRequestTests
{
    const int Most = 60_000;

    static readonly Dictionary<string, (string Path, string Before, string Each, string After)> Bodies = new()
    {
        ["messages"] = ("/v1/chat/completions", """{"model": "m", "messages": [""", "{}", "]}"),
        ["messages of Anthropic"] = ("/v1/messages", """{"model": "m", "max_tokens": 1, "messages": [""", "{}", "]}"),
        ["messages of Ollama"] = ("/api/chat", """{"model": "m", "messages": [""", "{}", "]}"),
        ["items"] = ("/v1/responses", """{"model": "m", "input": [""", "{}", "]}"),
        ["tools"] = ("/v1/chat/completions", """{"model": "m", "messages": [{"role": "user", "content": "x"}], "tools": [""", "{}", "]}"),
        ["prompts"] = ("/v1/completions", """{"model": "m", "prompt": [""", "\"a\"", "]}"),
        ["inputs"] = ("/v1/embeddings", """{"model": "m", "input": [""", "\"a\"", "]}"),
        ["tokens"] = ("/v1/embeddings", """{"model": "m", "input": [""", "1", "]}"),
        ["stops"] = ("/v1/chat/completions", """{"model": "m", "messages": [{"role": "user", "content": "x"}], "stop": [""", "\"a\"", "]}"),
        ["documents"] = ("/v1/rerank", """{"model": "m", "query": "q", "documents": [""", "\"a\"", "]}"),
        ["texts of a tool"] = ("/mcp", """{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "embed", "arguments": {"model": "m", "texts": [""", "\"a\"", "]}}}"),
    };

    static readonly Dictionary<string, string> LongOnes = new()
    {
        ["number"] = $$"""{"model": "m", "messages": [{"role": "user", "content": "x"}], "temperature": {{new string('9', Most)}}}""",
        ["whole number"] = $$"""{"model": "m", "messages": [{"role": "user", "content": "x"}], "max_tokens": {{new string('9', Most)}}}""",
        ["token"] = $$$"""{"model": "m", "messages": [{"role": "user", "content": "x"}], "logit_bias": {"{{{new string('0', Most)}}}": 1000}}""",
    };

    public static TheoryData<string> Lists => [.. Bodies.Keys];

    public static TheoryData<string> Longest => [.. LongOnes.Keys];

    [Theory, MemberData(nameof(Lists))]
    public void Many_small_things_take_no_more_than_their_size_allows(string name)
    {
        var (path, before, each, after) = Bodies[name];
        var request = Encoding.UTF8.GetBytes($"{path}\n{before}{string.Join(',', Enumerable.Repeat(each, Most / (each.Length + 1)))}{after}");
        // The parser's arrays come from a pool, which may have none yet.
        RequestsTarget.Run(request);
        FuzzLimits.Run(FuzzTarget.All["requests"], request);
    }

    [Theory, MemberData(nameof(Longest))]
    public void What_is_long_is_not_repeated(string name) => FuzzLimits.Run(FuzzTarget.All["requests"], Encoding.UTF8.GetBytes($"/v1/chat/completions\n{LongOnes[name]}"));
}
