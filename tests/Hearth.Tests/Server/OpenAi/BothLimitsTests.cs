using System.Net;
using System.Text.Json;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.OpenAi;

/// <summary>A request with the old and the new name of the most tokens.</summary>
public sealed class BothLimitsTests
{
    [Fact]
    public async Task The_new_name_counts_and_a_wrong_old_one_is_named_all_the_same()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("4.0")).Status);
        Assert.Equal(3, server.Model.Requests.Single().MaxTokens);
        var (status, body) = await AskAsync("\"many\"");
        Assert.Equal((HttpStatusCode.BadRequest, "max_tokens"), (status, body.GetProperty("error").GetProperty("param").GetString()));

        Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string most)
            => server.PostAsync("/v1/chat/completions", $$"""{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "max_completion_tokens": 3, "max_tokens": {{most}}}""");
    }
}
