using System.Text.Json;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Serving;

/// <summary>What a seed promises over HTTP, with the shipped model in a confined worker: the same answer, whoever else is being answered.</summary>
[Collection("kernels")]
public sealed class SideBySideTests
{
    const int Answers = 16, Tokens = 16;

    /// <summary>A request of each form in turn. Token by token, the log-probabilities show more than the text.</summary>
    static readonly (string Path, string Body)[] Forms =
    [
        ("/v1/chat/completions", """{"model": "tiny", "messages": [{"role": "user", "content": "Tell me about number @."}], "max_tokens": TOKENS, "temperature": 1.2, "seed": @, "logprobs": true, "top_logprobs": 3}"""),
        ("/v1/chat/completions", """{"model": "tiny", "messages": [{"role": "user", "content": "Tell me about number @."}], "max_tokens": TOKENS, "temperature": 1.2, "seed": @, "stream": true}"""),
        ("/v1/completions", """{"model": "tiny", "prompt": "Number @: once upon a time", "max_tokens": TOKENS, "temperature": 1.2, "seed": @, "logprobs": 2}"""),
        ("/api/generate", """{"model": "tiny", "prompt": "Tell me about number @.", "options": {"num_predict": TOKENS, "temperature": 1.2, "seed": @}}"""),
    ];

    [Fact]
    public async Task Each_of_one_four_and_sixteen_answers_at_once_is_the_one_that_is_given_alone()
    {
        await using var server = await TestServer.StartRealAsync();
        var alone = new List<string>();
        for (var i = 0; i < Answers; i++)
            alone.Add(await AskAsync(server, i));
        Assert.Equal(Answers, alone.Distinct().Count());
        foreach (var (atOnce, rounds) in ((int, int)[])[(1, 2), (4, 2), (16, 1)])
            Assert.Equal(alone[..(atOnce * rounds)], await BesideAsync(server, atOnce, rounds));
    }

    static async Task<List<string>> BesideAsync(TestServer server, int atOnce, int rounds)
    {
        var answers = new List<string>();
        for (var round = 0; round < rounds; round++)
            answers.AddRange(await Task.WhenAll(Enumerable.Range(round * atOnce, atOnce).Select(i => AskAsync(server, i))));
        return answers;
    }

    /// <summary>All that the answer says, whatever pieces it came in.</summary>
    static async Task<string> AskAsync(TestServer server, int number)
    {
        var (path, body) = Forms[number % Forms.Length];
        using var response = await server.SendAsync(HttpMethod.Post, path, body.Replace("TOKENS", $"{Tokens}", StringComparison.Ordinal).Replace("@", $"{number}", StringComparison.Ordinal), server.Key);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        var pieces = text.Split('\n').Where(line => line.Contains('{', StringComparison.Ordinal)).Select(line => JsonElement.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..])).ToList();
        return path == "/api/generate"
            ? string.Concat(pieces.Select(p => p.GetProperty("response").GetString())) + pieces[^1].GetProperty("done_reason")
            : string.Concat(pieces.SelectMany(p => p.GetProperty("choices").EnumerateArray()).Select(Said));
    }

    static string Said(JsonElement choice)
    {
        var content = choice.TryGetProperty("text", out var text) ? text : (choice.TryGetProperty("message", out var message) ? message : choice.GetProperty("delta")).TryGetProperty("content", out var said) ? said : default;
        var probabilities = choice.TryGetProperty("logprobs", out var listed) ? listed.GetRawText() : "";
        return $"{(content.ValueKind == JsonValueKind.String ? content.GetString() : "")}{(probabilities == "null" ? "" : probabilities)}{choice.GetProperty("finish_reason").GetString()}";
    }
}
