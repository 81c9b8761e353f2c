using Hearth.Tests.Cli.Support;
using ModelContextProtocol.Client;

namespace Hearth.Tests.Server.Clients;

/// <summary>The official library over the standard streams of the built program.</summary>
[Collection("kernels")]
public sealed class McpDotNetStdioTests : IDisposable
{
    const string Model = "SmolLM2-135M-Instruct", Encoder = "all-MiniLM-L6-v2";

    readonly PrivateHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public Task Tools_of_version_2026_07_28() => McpCases.ToolsAsync(Transport(), "2026-07-28");

    [Fact]
    public Task Tools_of_version_2025_11_25() => McpCases.ToolsAsync(Transport(), "2025-11-25");

    [Fact]
    public Task Tools_of_version_2025_06_18() => McpCases.ToolsAsync(Transport(), "2025-06-18");

    [Fact]
    public Task Chat() => McpCases.ChatAsync(Transport(), null);

    [Fact]
    public Task Chat_schema() => McpCases.SchemaAsync(Transport(), Model);

    [Fact]
    public Task Embed() => McpCases.EmbedAsync(Transport(), Encoder);

    [Fact]
    public Task Errors() => McpCases.ErrorsAsync(Transport());

    StdioClientTransport Transport() => new(new()
    {
        Name = "hearth",
        Command = PrivateHome.Program,
        Arguments = ["mcp"],
        EnvironmentVariables = _home.Variables.ToDictionary(v => v.Key, v => (string?)v.Value),
    });
}
