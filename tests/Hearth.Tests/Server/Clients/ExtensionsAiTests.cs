using System.ClientModel;
using System.ClientModel.Primitives;
using Hearth.Tests.Server.Support;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Hearth.Tests.Server.Clients;

/// <summary>Microsoft.Extensions.AI over the server against the real model in a confined worker; fakes only where it must call tools or fail.</summary>
[Collection("kernels")]
public sealed class ExtensionsAiTests : IAsyncLifetime
{
    // The library sends the result of a function as JSON.
    const string Rain = "It is \"rain\"";

    static readonly ChatOptions Greedy = new() { Temperature = 0, MaxOutputTokens = 60 };

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartRealAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Chat_plain()
    {
        using var client = Client(_server);
        var answer = await client.GetResponseAsync([new(ChatRole.System, "Answer shortly."), new(ChatRole.User, "What is the capital of Germany?")], Greedy, Stop);
        Assert.Contains("Berlin", answer.Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.True(answer.Usage!.InputTokenCount > 0 && answer.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task Chat_stream_is_what_the_plain_answer_is()
    {
        using var client = Client(_server);
        var whole = await client.GetResponseAsync("Name three rivers.", Greedy, Stop);
        var streamed = await client.GetStreamingResponseAsync("Name three rivers.", Greedy, Stop).ToChatResponseAsync(Stop);
        Assert.Equal(whole.Text, streamed.Text);
        Assert.Equal((whole.FinishReason, whole.Usage!.OutputTokenCount), (streamed.FinishReason, streamed.Usage!.OutputTokenCount));
    }

    [Fact]
    public async Task Chat_schema()
    {
        using var client = Client(_server);
        var answer = await client.GetResponseAsync<Choice>("Which season is warm, and is it your favourite?", Greedy, cancellationToken: Stop);
        Assert.True(Enum.IsDefined(answer.Result.Season), answer.Text);
    }

    [Fact]
    public async Task Chat_tools()
    {
        await using var server = await CallingModel.ServeAsync();
        var city = "";
        using var client = Client(server).AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [Weather(c => city = c)] };
        Assert.Equal(Rain, (await client.GetResponseAsync("How is the weather in Bonn?", options, Stop)).Text);
        Assert.Equal("Bonn", city);
        Assert.Equal(Rain, (await client.GetStreamingResponseAsync("How is the weather in Bonn?", options, Stop).ToChatResponseAsync(Stop)).Text);
    }

    [Fact]
    public async Task Chat_tools_demanded()
    {
        using var client = Root(_server).GetChatClient("tools").AsIChatClient();
        var answer = await client.GetResponseAsync("How is the weather in Rome?", new() { Temperature = 0, MaxOutputTokens = 60, Tools = [Weather(_ => { })], ToolMode = ChatToolMode.RequireAny }, Stop);
        var call = answer.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Single();
        Assert.Equal("weather", call.Name);
        Assert.Contains("city", call.Arguments!.Keys);
    }

    [Fact]
    public async Task Chat_over_length()
    {
        using var client = Client(_server);
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync(string.Concat(Enumerable.Repeat("word ", 20_000)), Greedy, Stop));
        Assert.Equal(400, refusal.Status);
        Assert.Contains("tokens", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_cancel()
    {
        using var client = Client(_server);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("Tell me a very long story.", cancellationToken: gone.Token))
                await gone.CancelAsync();
        });
    }

    [Fact]
    public async Task Chat_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        using var client = Client(server);
        var text = "";
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("x", cancellationToken: Stop))
                text += update.Text;
        });
        Assert.Equal("You said: ", text);
    }

    [Fact]
    public async Task Responses_plain()
    {
        using var client = ByResponses(_server);
        Assert.Contains("Berlin", (await client.GetResponseAsync("What is the capital of Germany?", Greedy, Stop)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_tools()
    {
        await using var server = await CallingModel.ServeAsync();
        using var client = ByResponses(server).AsBuilder().UseFunctionInvocation().Build();
        // Without this the library takes the response for a stored one, and sends its id instead of the conversation.
        var options = new ChatOptions { Tools = [Weather(_ => { })], RawRepresentationFactory = _ => new OpenAI.Responses.CreateResponseOptions { StoredOutputEnabled = false } };
        Assert.Equal(Rain, (await client.GetResponseAsync("How is the weather in Bonn?", options, Stop)).Text);
    }

    [Fact]
    public async Task Embeddings()
    {
        using var generator = Root(_server).GetEmbeddingClient("other").AsIEmbeddingGenerator();
        string[] texts = ["How do I reset my password?", "I forgot my password and cannot log in.", "The invoice is due at the end of the month."];
        var vectors = (await generator.GenerateAsync(texts, cancellationToken: Stop)).Select(e => e.Vector.ToArray()).ToList();
        Assert.All(vectors, v => Assert.Equal(384, v.Length));
        Assert.True(Cosine(vectors[0], vectors[1]) > 0.5);
        Assert.True(Cosine(vectors[0], vectors[2]) < 0.2);

        static float Cosine(float[] one, float[] other) => one.Zip(other, (x, y) => x * y).Sum();
    }

    [Fact]
    public async Task Wrong_key()
    {
        using var client = Client(_server, _server.Key[..^1]);
        Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync("x", Greedy, Stop))).Status);
    }

    static AIFunction Weather(Action<string> seen) => AIFunctionFactory.Create(
        (string city) =>
        {
            seen(city);
            return "rain";
        },
        "weather",
        "The weather of a city.");

    static IChatClient Client(TestServer server, string? key = null) => Root(server, key).GetChatClient("tiny").AsIChatClient();

    static IChatClient ByResponses(TestServer server)
        => new OpenAI.Responses.ResponsesClient(new ApiKeyCredential(server.Key), new OpenAI.Responses.ResponsesClientOptions { Endpoint = new(server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) }).AsIChatClient("tiny");

    static OpenAIClient Root(TestServer server, string? key = null) => new(new ApiKeyCredential(key ?? server.Key), new() { Endpoint = new(server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) });

    /// <summary>What a season may be: the schema of an answer is made of it.</summary>
    enum Season
    {
        Spring,
        Summer,
        Autumn,
        Winter,
    }

    /// <summary>An answer that even a small model can give.</summary>
    sealed record Choice(Season Season, bool IsFavourite);
}
