using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Access;

/// <summary>How software of this kind was broken before, each tried on this one.</summary>
public sealed class SecurityFailureTests : IAsyncLifetime
{
    const string Chat = "/v1/chat/completions";
    const string Question = """{"model": "tiny", "messages": [{"role": "user", "content": "x"}]}""";

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { BodyBytes = 100_000 } });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("localhost.attacker.example")]
    [InlineData("127.0.0.1.nip.io")]
    public async Task Dns_rebinding(string host)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/v1/models", null, _server.Key, change: r => r.Headers.Host = host);
        Assert.Equal((HttpStatusCode)421, response.StatusCode);
        using var health = await _server.SendAsync(HttpMethod.Get, "/healthz", null, null, change: r => r.Headers.Host = host);
        Assert.Equal((HttpStatusCode)421, health.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://attacker.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "chrome-extension://abcdef")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Foreign_origin(string header, string value)
    {
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, Question, _server.Key, change: r => r.Headers.Add(header, value));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Empty(_server.Opened);
        using var preflight = await _server.SendAsync(HttpMethod.Options, Chat, null, null, change: r =>
        {
            r.Headers.Add("Origin", "https://attacker.example");
            r.Headers.Add("Access-Control-Request-Method", "POST");
        });
        Assert.Equal(HttpStatusCode.Forbidden, preflight.StatusCode);
        Assert.DoesNotContain(preflight.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("api_key")]
    [InlineData("access_token")]
    public async Task Key_in_url(string name)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, $"/v1/models?{name}={_server.Key}", null, _server.Key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(_server.Key, await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_scope()
    {
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, Question, await _server.AddKeyAsync("alice", KeyScopes.Read));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        Assert.Empty(_server.Opened);
    }

    [Fact]
    public async Task Other_users_object()
    {
        var key = await _server.AddKeyAsync("alice", KeyScopes.Chat | KeyScopes.Read, "other");
        using var hidden = await _server.SendAsync(HttpMethod.Post, Chat, Question, key);
        using var absent = await _server.SendAsync(HttpMethod.Post, Chat, Question.Replace("tiny", "none", StringComparison.Ordinal), key);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        // That it is there for others isn't told.
        Assert.Equal(await absent.Content.ReadAsStringAsync(Stop), await hidden.Content.ReadAsStringAsync(Stop));
        using var list = await _server.SendAsync(HttpMethod.Get, "/v1/models", null, key);
        Assert.DoesNotContain("tiny", await list.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:image/png;base64,AAAA")]
    public async Task Ssrf_by_image_url(string url)
    {
        var (status, body) = await _server.PostAsync(Chat, $$$"""{"model": "tiny", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "{{{url}}}"}}]}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("messages[0].content[0].type", body.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Oversized_body()
    {
        // All of it is sent at once: who is still sending when the connection is closed may not hear why.
        await using var server = await TestServer.StartAsync(options => options with { Limits = options.Limits with { BodyBytes = 1000 } });
        using var response = await server.SendAsync(HttpMethod.Post, Chat, Question.Replace("\"x\"", $"\"{new string('x', 2000)}\"", StringComparison.Ordinal), server.Key);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    /// <summary>The size of a chunk is read by the web server, which fails in another way for each.</summary>
    [Theory]
    [InlineData("xyz")]
    [InlineData("FFFFFFFFFFFF")]
    public async Task Wrong_size_of_a_chunk(string size)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Address.Host, _server.Address.Port, Stop);
        await using var stream = client.GetStream();
        var request = $"POST {Chat} HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nAuthorization: Bearer {_server.Key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{Question}\r\n0\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Stop);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(Stop);
        Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", status);
        Assert.Empty(_server.Opened);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Decompression_bomb(string encoding)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true) : new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            packer.Write(new byte[50_000_000]);
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, "", _server.Key, change: r =>
        {
            r.Content = new ByteArrayContent(packed.ToArray());
            r.Content.Headers.ContentEncoding.Add(encoding);
            r.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        });
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"model\": \"tiny\", \"model\": \"other\"}")]
    [InlineData("{\"model\": ")]
    [InlineData("")]
    public async Task Confusing_json(string body)
    {
        var (status, answer) = await _server.PostAsync(Chat, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_json", answer.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Deep_json()
    {
        var (status, _) = await _server.PostAsync(Chat, $"{{\"a\": {new string('[', 5000)}{new string(']', 5000)}}}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Prompts_in_errors()
    {
        const string canary = "canary-5d1f";
        foreach (var body in (string[])[
            $$"""{"model": "{{canary}}", "messages": [{"role": "user", "content": "x"}]}""",
            $$"""{"model": "tiny", "messages": [{"role": "{{canary}}", "content": "x"}]}""",
            $$$"""{"model": "tiny", "messages": [{"role": "user", "content": {"{{{canary}}}": "{{{canary}}}"}}]}""",
            $$"""{"model": "tiny", "messages": [{"role": "user", "content": [{"type": "{{canary}}"}]}]}""",
            $$"""{"model": "tiny", "temperature": "{{canary}}", "messages": [{"role": "user", "content": "{{canary}}"}]}""",
            $"{{\"model\": \"tiny\", \"messages\": [{{\"role\": \"user\", \"content\": \"{canary}"])
        {
            using var response = await _server.SendAsync(HttpMethod.Post, Chat, body, _server.Key);
            Assert.False(response.IsSuccessStatusCode);
            Assert.DoesNotContain(canary, await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }
}
