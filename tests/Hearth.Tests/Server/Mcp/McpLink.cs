using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Server.Mcp;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Mcp;

/// <summary>A way to a server, message by message: what a client library would hide is seen here.</summary>
interface IMcpLink : IAsyncDisposable
{
    /// <summary>What the model that answers is.</summary>
    FakeModel Model { get; }

    /// <summary>Sends a message; null where the server answers nothing, as to a notification.</summary>
    Task<JsonElement?> SendAsync(string version, string message);
}

/// <summary>Over HTTP.</summary>
sealed class HttpLink(TestServer server) : IMcpLink
{
    public FakeModel Model => server.Model;

    internal TestServer Server => server;

    internal static async Task<HttpLink> StartAsync() => new(await TestServer.StartAsync());

    public async Task<JsonElement?> SendAsync(string version, string message)
    {
        using var response = await SendRawAsync(version, message);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (body.Length == 0)
            return null;
        if (response.Content.Headers.ContentType!.MediaType != "text/event-stream")
            return JsonElement.Parse(body);
        // One event a message.
        var answer = Assert.Single(body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries));
        return JsonElement.Parse(answer.Split('\n').Single(l => l.StartsWith("data:", StringComparison.Ordinal))["data:".Length..]);
    }

    internal Task<HttpResponseMessage> SendRawAsync(string version, string message) => server.SendAsync(HttpMethod.Post, "/mcp", message, server.Key, change: request =>
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Add("MCP-Protocol-Version", version);
        if (version != McpSchemas.Newest || !TryParse(message, out var parsed) || !parsed.TryGetProperty("method", out var method))
            return;
        // The newest version repeats them, so that what stands between need not read bodies.
        request.Headers.Add("Mcp-Method", method.GetString());
        if (parsed.TryGetProperty("params", out var with) && (with.TryGetProperty("name", out var name) || with.TryGetProperty("uri", out name)))
            request.Headers.Add("Mcp-Name", name.GetString());
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static bool TryParse(string message, out JsonElement parsed)
    {
        try
        {
            parsed = JsonElement.Parse(message);
            return parsed.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            parsed = default;
            return false;
        }
    }
}

/// <summary>Line by line, as <c>hearth mcp</c> is spoken to.</summary>
sealed class StreamLink : IMcpLink
{
    readonly TemporaryFolder _folder = new();
    readonly Pipe _in = new(), _out = new();
    readonly StreamReader _answers;
    readonly Task _running;

    internal StreamLink()
    {
        var options = new McpOptions
        {
            Models = TestServer.Store(_folder.Path),
            OpenModel = (_, _) => Task.FromResult<IModelFile>(Model),
            ModelSettings = _ => new(new(), new(new TextPrompt("")), null),
            UsualModel = "tiny",
        };
        _answers = new(_out.Reader.AsStream());
        _running = McpProgram.RunAsync(options, _in.Reader.AsStream(), _out.Writer.AsStream(), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public FakeModel Model { get; } = new();

    public async Task<JsonElement?> SendAsync(string version, string message)
    {
        await SendOnlyAsync(message);
        var sent = JsonElement.Parse(message);
        if (sent.TryGetProperty("id", out _) && sent.TryGetProperty("method", out _))
            return await ReadAsync();
        // A question of its own follows, so that silence is told from slowness.
        await SendOnlyAsync(McpMessages.Request(version, "tools/list", "{}", "\"after\""));
        JsonElement? answer = null;
        while (await ReadAsync() is var read && !(read.TryGetProperty("id", out var of) && of.ValueKind == JsonValueKind.String && of.GetString() == "after"))
            answer = read;
        return answer;
    }

    internal async Task SendOnlyAsync(string message)
        => await _in.Writer.WriteAsync(Encoding.UTF8.GetBytes(message.ReplaceLineEndings(" ") + "\n"), TestContext.Current.CancellationToken);

    internal async Task<JsonElement> ReadAsync()
        => JsonElement.Parse((await _answers.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest))!);

    /// <summary>The client ends.</summary>
    internal async Task EndAsync()
    {
        await _in.Writer.CompleteAsync();
        await _running.WaitAsync(Patience.Longest);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _answers.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Messages of a client.</summary>
static class McpMessages
{
    const string Meta =
        """
        "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"}, "io.modelcontextprotocol/clientCapabilities": {}}
        """;

    /// <summary>A request; the newest version wants to know with each who asks.</summary>
    internal static string Request(string version, string method, string parameters, string id = "1")
    {
        var with = version == McpSchemas.Newest ? $"{{{Meta}{(parameters == "{}" ? "" : ", ")}{parameters[1..]}" : parameters;
        return $$"""{"jsonrpc": "2.0", "id": {{id}}, "method": "{{method}}", "params": {{with}}}""";
    }

    internal static string Call(string version, string tool, string arguments) => Request(version, "tools/call", $$"""{"name": "{{tool}}", "arguments": {{arguments}}}""");

    /// <summary>What a client of an older version begins with.</summary>
    internal static string Initialize(string version) => Request(version, "initialize", $$$"""{"protocolVersion": "{{{version}}}", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}""");
}
