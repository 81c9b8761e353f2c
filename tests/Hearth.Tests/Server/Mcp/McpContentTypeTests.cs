using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hearth.Tests.Server.Support;
using Microsoft.Extensions.Logging;

namespace Hearth.Tests.Server.Mcp;

public sealed class McpContentTypeTests
{
    [Theory]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-8", HttpStatusCode.OK)]
    [InlineData("application/json; charset=foo", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.OK)]
    public async Task A_message_that_is_not_sent_as_json_is_refused_and_no_failure_of_the_server(string? type, HttpStatusCode status)
    {
        using var log = new KeptLog();
        await using var server = await TestServer.StartAsync(log: logging => logging.AddProvider(log));
        using var response = await server.SendAsync(HttpMethod.Post, "/mcp", "", server.Key, change: request =>
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"jsonrpc": "2.0", "id": 1, "method": "ping"}"""));
            request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        });
        Assert.Equal(status, response.StatusCode);
        Assert.DoesNotContain(log.Lines, line => line.All.Contains(" failed: ", StringComparison.Ordinal));
        if (status != HttpStatusCode.OK)
            McpSchemas.CheckMessage(McpSchemas.Newest, JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), null);
    }
}
