using System.Net;
using Hearth.Models;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Serving;

/// <summary>A model whose file was moved or written over since it was imported: opening it fails, and who asks is told that it is the model's fault, not the list's.</summary>
public sealed class GoneModelTests
{
    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    [InlineData("/api/show")]
    public async Task Whoever_asks_for_it_is_told_so_and_not_where_it_lay(string path)
    {
        const string question = """{"model": "tiny", "max_tokens": 1, "messages": [{"role": "user", "content": "x"}]}""";
        var file = "";
        await using var server = await TestServer.StartAsync(options =>
        {
            file = options.Models.PathOf(options.Models.List().Single(m => m.Name == "tiny").Files[0]);
            return options with { OpenModel = (_, _) => throw new ModelStoreException($"{file} cannot be read.", "", "") };
        });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.PostAsync(path, question)).Status);
        File.Delete(file);
        var (status, body) = await server.PostAsync(path, question);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("hearth models verify", $"{body}", StringComparison.Ordinal);
        Assert.DoesNotContain(file, $"{body}", StringComparison.Ordinal);
    }
}
