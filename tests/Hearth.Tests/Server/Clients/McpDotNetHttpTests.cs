using System.Net;
using Hearth.Tests.Server.Support;
using ModelContextProtocol.Client;

namespace Hearth.Tests.Server.Clients;

/// <summary>The official library of the Model Context Protocol for .NET over HTTP, against the real models in confined workers. docs/compatibility.md lists these cases.</summary>
[Collection("kernels")]
public sealed class McpDotNetHttpTests : IAsyncLifetime
{
    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartRealAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task Tools_of_version_2026_07_28() => McpCases.ToolsAsync(Transport(), "2026-07-28");

    [Fact]
    public Task Tools_of_version_2025_11_25() => McpCases.ToolsAsync(Transport(), "2025-11-25");

    [Fact]
    public Task Tools_of_version_2025_06_18() => McpCases.ToolsAsync(Transport(), "2025-06-18");

    [Fact]
    public Task Chat() => McpCases.ChatAsync(Transport(), "tiny");

    [Fact]
    public Task Chat_schema() => McpCases.SchemaAsync(Transport(), "tiny");

    [Fact]
    public Task Embed() => McpCases.EmbedAsync(Transport(), "other");

    [Fact]
    public Task Errors() => McpCases.ErrorsAsync(Transport());

    [Fact]
    public async Task Wrong_key()
    {
        var refusal = await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await McpClient.CreateAsync(Transport(_server.Key[..^1]), cancellationToken: Stop));
        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
    }

    HttpClientTransport Transport(string? key = null) => new(new()
    {
        Endpoint = new(_server.Address, "mcp"),
        TransportMode = HttpTransportMode.StreamableHttp,
        AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key ?? _server.Key}" },
    });
}
