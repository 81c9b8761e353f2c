using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Hearth.Tests.Server.Clients;

/// <summary>What a client does, whatever the way.</summary>
static class McpCases
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal static async Task ToolsAsync(IClientTransport transport, string version)
    {
        await using var client = await McpClient.CreateAsync(transport, new() { ProtocolVersion = version }, cancellationToken: Stop);
        Assert.Equal((version, "hearth"), (client.NegotiatedProtocolVersion, client.ServerInfo?.Name));
        Assert.Equal(["chat", "embed", "list_models"], (await client.ListToolsAsync(cancellationToken: Stop)).Select(t => t.Name));
        Assert.NotEmpty((await CallAsync(client, "list_models", new { })).GetProperty("models").EnumerateArray());
    }

    internal static async Task ChatAsync(IClientTransport transport, string? model)
    {
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: Stop);
        var arguments = new Dictionary<string, object?> { ["prompt"] = "What is the capital of Germany?", ["temperature"] = 0, ["max_tokens"] = 40 };
        if (model is not null)
            arguments["model"] = model;
        var answer = await client.CallToolAsync("chat", arguments, cancellationToken: Stop);
        Assert.Contains("Berlin", Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text, StringComparison.Ordinal);
    }

    internal static async Task SchemaAsync(IClientTransport transport, string model)
    {
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: Stop);
        var schema = JsonElement.Parse("""{"type": "object", "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer", "minimum": 0, "maximum": 120}}, "required": ["name", "age"], "additionalProperties": false}""");
        var answer = await CallAsync(client, "chat", new { model, prompt = "Invent a person.", temperature = 0, max_tokens = 60, schema });
        Assert.InRange(JsonElement.Parse(answer.GetProperty("text").GetString()!).GetProperty("age").GetInt32(), 0, 120);
    }

    internal static async Task EmbedAsync(IClientTransport transport, string model)
    {
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: Stop);
        var answer = await CallAsync(client, "embed", new { model, texts = (string[])["How do I reset my password?", "I forgot my password and cannot log in.", "The invoice is due at the end of the month."] });
        var vectors = answer.GetProperty("vectors").EnumerateArray().Select(v => v.EnumerateArray().Select(n => n.GetDouble()).ToArray()).ToList();
        Assert.All(vectors, v => Assert.Equal(384, v.Length));
        Assert.True(Cosine(vectors[0], vectors[1]) > 0.5 && Cosine(vectors[0], vectors[2]) < 0.2);

        static double Cosine(double[] one, double[] other) => one.Zip(other, (x, y) => x * y).Sum();
    }

    internal static async Task ErrorsAsync(IClientTransport transport)
    {
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: Stop);
        var refused = await client.CallToolAsync("chat", new Dictionary<string, object?> { ["model"] = "none", ["prompt"] = "x" }, cancellationToken: Stop);
        Assert.True(refused.IsError);
        await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(async () => await client.CallToolAsync("nothing", cancellationToken: Stop));
    }

    static async Task<JsonElement> CallAsync(McpClient client, string tool, object arguments)
    {
        var given = JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value);
        var answer = await client.CallToolAsync(tool, given, cancellationToken: Stop);
        Assert.NotEqual(true, answer.IsError);
        return answer.StructuredContent!.Value;
    }
}
