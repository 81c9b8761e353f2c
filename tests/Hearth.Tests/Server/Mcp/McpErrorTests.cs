using System.Net;
using System.Text.Json;

namespace Hearth.Tests.Server.Mcp;

/// <summary>The numbers that JSON-RPC and the protocol have for errors.</summary>
public sealed class McpErrorTests
{
    [Theory]
    [InlineData("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": ", -32700)]
    [InlineData("no JSON", -32700)]
    [InlineData("[{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}]", -32600)]
    [InlineData("\"ping\"", -32600)]
    [InlineData("{\"id\": 1, \"method\": \"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\": \"1.0\", \"id\": 1, \"method\": \"ping\"}", -32600)]
    [InlineData("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"initialize\", \"params\": {\"protocolVersion\": 5}}", -32602)]
    public async Task Over_http_what_is_no_message_has_the_number_of_its_kind(string body, int number)
    {
        await using var link = await HttpLink.StartAsync();
        using var response = await link.SendRawAsync("2025-11-25", body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.Equal(number, JsonElement.Parse(text).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("2026-07-28", true)]
    [InlineData("2025-06-18", true)]
    [InlineData("2025-11-25", false)]
    public async Task Parameters_of_another_kind_are_wrong_and_no_failure_of_the_server(string version, bool http)
    {
        await using IMcpLink link = http ? await HttpLink.StartAsync() : new StreamLink();
        if (version != McpSchemas.Newest)
            await link.SendAsync(version, McpMessages.Initialize(version));
        foreach (var arguments in (string[])["[1]", "\"canary\"", "5"])
        {
            var answer = (await link.SendAsync(version, McpMessages.Call(version, "list_models", arguments)))!.Value;
            McpSchemas.CheckMessage(version, answer, null);
            Assert.Equal(-32602, answer.GetProperty("error").GetProperty("code").GetInt32());
            Assert.DoesNotContain("canary", $"{answer}", StringComparison.Ordinal);
            Assert.True(answer.TryGetProperty("id", out _));
        }
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task A_cursor_that_nobody_gave_is_refused(string version)
    {
        const string cursor = "a place to go on from";
        await using var link = await HttpLink.StartAsync();
        await link.SendAsync(version, McpMessages.Initialize(version));
        var answer = (await link.SendAsync(version, McpMessages.Request(version, "tools/list", $$"""{"cursor": "{{cursor}}"}""")))!.Value;
        McpSchemas.CheckMessage(version, answer, null);
        Assert.Equal(-32602, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.DoesNotContain(cursor, $"{answer}", StringComparison.Ordinal);
    }
}
