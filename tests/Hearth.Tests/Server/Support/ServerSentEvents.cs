using System.Net;

namespace Hearth.Tests.Server.Support;

/// <summary>The streams of the server, read as they stand on the wire.</summary>
static class ServerSentEvents
{
    /// <summary>All events of a stream that ends well.</summary>
    internal static async Task<List<(string? Name, string Data)>> OfAsync(TestServer server, string path, string body)
    {
        using var response = await server.SendAsync(HttpMethod.Post, path, body, server.Key);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        return Parse(text);
    }

    /// <summary>The events of a stream whose connection is broken at its end.</summary>
    internal static async Task<List<(string? Name, string Data)>> OfBrokenAsync(TestServer server, string path, string body)
    {
        using var response = await server.SendAsync(HttpMethod.Post, path, body, server.Key, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var seen = "";
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
                seen += $"{line}\n";
        });
        return Parse(seen);
    }

    static List<(string? Name, string Data)> Parse(string text) => [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e =>
    {
        var lines = e.Split('\n');
        Assert.StartsWith("data: ", lines[^1], StringComparison.Ordinal);
        Assert.InRange(lines.Length, 1, 2);
        return (lines.Length == 2 ? lines[0]["event: ".Length..] : null, lines[^1]["data: ".Length..]);
    })];
}
