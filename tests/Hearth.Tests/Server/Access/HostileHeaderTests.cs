using System.Net;
using System.Net.Sockets;
using System.Text;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Access;

/// <summary>What hides behind a first header, or under a name that is not the usual one.</summary>
public sealed class HostileHeaderTests : IAsyncLifetime
{
    TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("x-api-key")]
    [InlineData("Authorization")]
    [InlineData("q")]
    [InlineData(null)]
    public async Task Key_in_url_under_any_name(string? name)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, $"/v1/models?{(name is null ? "" : name + "=")}{_server.Key}", null, _server.Key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var other = await _server.SendAsync(HttpMethod.Get, "/v1/models?q=hearth_models", null, _server.Key);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("Origin: http://{0}", "Origin: https://attacker.example")]
    [InlineData("Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site")]
    public async Task A_second_header_is_looked_at_as_well(string first, string second)
    {
        Assert.Contains(" 200 ", await StatusAsync(first), StringComparison.Ordinal);
        Assert.Contains(" 403 ", await StatusAsync(first, second), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Identity", "200")]
    [InlineData("identity", "200")]
    [InlineData("gzip", "415")]
    public async Task Only_a_body_that_is_not_packed_is_read(string encoding, string status)
    {
        using var response = await _server.SendAsync(HttpMethod.Post, "/api/show", """{"model": "tiny"}""", _server.Key, change: r => r.Content!.Headers.ContentEncoding.Add(encoding));
        Assert.Equal(status, $"{(int)response.StatusCode}");
    }

    async Task<string?> StatusAsync(params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Address.Host, _server.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var lines = string.Concat(headers.Select(h => h.Replace("{0}", _server.Address.Authority, StringComparison.Ordinal) + "\r\n"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/models HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nAuthorization: Bearer {_server.Key}\r\n{lines}\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
    }
}
