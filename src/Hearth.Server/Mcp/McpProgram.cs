using ModelContextProtocol.Server;

namespace Hearth.Server.Mcp;

/// <summary>An MCP server for one client, which started the program: messages come and go line by line over two streams.</summary>
public static class McpProgram
{
    /// <summary>Serves until the input ends.</summary>
    /// <param name="options">What is served.</param>
    /// <param name="input">From the client.</param>
    /// <param name="output">To the client. Nothing but messages of the protocol is written there.</param>
    /// <param name="clock">Tells how long a model has not been used.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(McpOptions options, Stream input, Stream output, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        await using var models = new LocalModels(options, clock);
        // Without a logger: what the library would log are messages of the client.
        await using var transport = new StreamServerTransport(input, output, McpTools.ServerName);
        await using var server = McpServer.Create(transport, McpTools.Serve(new(), models));
        await server.RunAsync(cancellationToken);
    }
}
