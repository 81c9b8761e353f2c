using System.Net;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Routes;

/// <summary>What only the engine can judge is told by the name that the API has for it.</summary>
public sealed class RefusedFieldTests
{
    const string Messages = "\"model\": \"tiny\", \"messages\": [{\"role\": \"user\", \"content\": \"x\"}]";

    [Theory]
    [InlineData("/v1/chat/completions", Messages, RequestPart.Prompt, "messages")]
    [InlineData("/v1/chat/completions", Messages, RequestPart.Tools, "tools")]
    [InlineData("/v1/chat/completions", Messages, RequestPart.ToolChoice, "tool_choice")]
    [InlineData("/v1/chat/completions", Messages, RequestPart.Constraint, "response_format")]
    [InlineData("/v1/chat/completions", Messages, RequestPart.LogitBias, "logit_bias")]
    [InlineData("/v1/chat/completions", Messages, RequestPart.Model, "model")]
    [InlineData("/v1/chat/completions", Messages, RequestPart.None, null)]
    [InlineData("/v1/completions", "\"model\": \"tiny\", \"prompt\": [1]", RequestPart.Prompt, "prompt")]
    [InlineData("/v1/responses", "\"model\": \"tiny\", \"input\": \"x\"", RequestPart.Constraint, "text.format")]
    [InlineData("/v1/responses", "\"model\": \"tiny\", \"input\": \"x\"", RequestPart.Prompt, "input")]
    [InlineData("/v1/rerank", "\"model\": \"tiny\", \"query\": \"x\", \"documents\": [\"y\"]", RequestPart.Prompt, "documents")]
    public async Task OpenAi(string path, string fields, RequestPart part, string? field)
    {
        var error = (await RefuseAsync(path, fields, part)).GetProperty("error");
        Assert.Equal(field, error.GetProperty("param").GetString());
        Assert.Equal(field is null ? "The reason." : $"'{field}': The reason.", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(RequestPart.Constraint, "output_config.format")]
    [InlineData(RequestPart.Tools, "tools")]
    public async Task Anthropic(RequestPart part, string field)
        => Assert.StartsWith($"'{field}': ", (await RefuseAsync("/v1/messages", $"{Messages}, \"max_tokens\": 1", part)).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("/api/chat", Messages, RequestPart.Constraint, "format")]
    [InlineData("/api/chat", Messages, RequestPart.Tools, "tools")]
    [InlineData("/api/generate", "\"model\": \"tiny\", \"prompt\": \"x\"", RequestPart.Prompt, "prompt")]
    public async Task Ollama(string path, string fields, RequestPart part, string field)
        => Assert.StartsWith($"'{field}': ", (await RefuseAsync(path, fields, part)).GetProperty("error").GetString(), StringComparison.Ordinal);

    /// <summary>The engine says it, the link carries it, the server translates it.</summary>
    [Fact]
    public async Task From_a_worker()
    {
        await using var server = await TestServer.StartRealAsync();
        foreach (var (path, fields, field) in ((string, string, string)[])[
            ("/v1/chat/completions", Messages + """, "tools": [{"type": "function", "function": {"name": "f"}}]""", "tools"),
            ("/v1/chat/completions", $"{Messages}, \"tool_choice\": \"required\"", "tool_choice"),
            ("/v1/chat/completions", Messages + """, "response_format": {"type": "json_schema", "json_schema": {"schema": {"not": {}}}}""", "response_format"),
            ("/v1/chat/completions", Messages + """, "logit_bias": {"999999": 1}""", "logit_bias"),
            ("/v1/chat/completions", "\"model\": \"tiny\", \"messages\": [{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"1\", \"function\": {\"name\": \"f\", \"arguments\": \"[\"}}]}]", "messages"),
            ("/v1/chat/completions", Messages.Replace("tiny", "other", StringComparison.Ordinal), "model"),
            ("/v1/completions", "\"model\": \"tiny\", \"prompt\": [999999]", "prompt"),
            ("/v1/responses", "\"model\": \"tiny\", \"input\": \"x\", \"text\": {\"format\": {\"type\": \"json_schema\", \"schema\": {\"not\": {}}}}", "text.format"),
            ("/v1/embeddings", "\"model\": \"other\", \"input\": \"x\", \"dimensions\": 9999", "dimensions"),
            ("/v1/embeddings", "\"model\": \"tiny\", \"input\": \"x\"", "model"),
            ("/v1/embeddings", "\"model\": \"other\", \"input\": [999999]", "input"),
            ("/v1/embeddings", $"\"model\": \"other\", \"input\": [{string.Join(", ", Enumerable.Repeat("2054", 300))}]", "input"),
            ("/v1/rerank", "\"model\": \"tiny\", \"query\": \"x\", \"documents\": [\"y\"]", "model")])
        {
            var (status, body) = await server.PostAsync(path, $"{{{fields}}}");
            Assert.True(status == HttpStatusCode.BadRequest, $"{body}");
            Assert.True(field == body.GetProperty("error").GetProperty("param").GetString(), $"{body}");
        }
    }

    static async Task<JsonElement> RefuseAsync(string path, string fields, RequestPart part)
    {
        await using var server = await TestServer.StartAsync();
        server.Model.Refusal = new(FailureCode.InvalidRequest, "The reason.") { Part = part };
        var (status, body) = await server.PostAsync(path, $"{{{fields}}}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        return body;
    }
}
