using System.ClientModel;
using System.Text.Json;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Support;
using OpenAI;
using OpenAI.Chat;

namespace Hearth.Tests.Server.Clients;

/// <summary>The official OpenAI library for .NET against the real model in a confined worker. docs/compatibility.md lists these cases.</summary>
[Collection("kernels")]
public sealed class OpenAiDotNetTests : IAsyncLifetime
{
    internal const string City = """{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}""";

    internal const string Person =
        """{"type": "object", "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer", "minimum": 0, "maximum": 120}}, "required": ["name", "age"], "additionalProperties": false}""";

    static readonly ChatTool Weather = ChatTool.CreateFunctionTool("weather", "The weather of a city.", BinaryData.FromString(City));

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartRealAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Chat_plain()
    {
        ChatCompletion answer = await Client().CompleteChatAsync([new SystemChatMessage("Answer shortly."), new UserChatMessage("What is the capital of Germany?")], Greedy(), Stop);
        Assert.Contains("Berlin", answer.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.True(answer.Usage.InputTokenCount > 0 && answer.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task Chat_stream_is_what_the_plain_answer_is()
    {
        ChatMessage[] question = [new UserChatMessage("Name three rivers.")];
        ChatCompletion whole = await Client().CompleteChatAsync(question, Greedy(), Stop);
        var (text, usage, reason) = ("", (ChatTokenUsage?)null, (ChatFinishReason?)null);
        await foreach (var update in Client().CompleteChatStreamingAsync(question, Greedy(), Stop))
        {
            text += string.Concat(update.ContentUpdate.Select(c => c.Text));
            (usage, reason) = (update.Usage ?? usage, update.FinishReason ?? reason);
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.Equal(whole.Usage.OutputTokenCount, usage!.OutputTokenCount);
        Assert.Equal(whole.FinishReason, reason);
    }

    [Fact]
    public async Task Chat_schema()
    {
        var options = Greedy();
        options.ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("person", BinaryData.FromString(Person), jsonSchemaIsStrict: true);
        ChatCompletion answer = await Client().CompleteChatAsync([new UserChatMessage("Invent a person.")], options, Stop);
        using var json = JsonDocument.Parse(answer.Content[0].Text);
        Assert.InRange(json.RootElement.GetProperty("age").GetInt32(), 0, 120);
        Assert.Equal(["name", "age"], json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Chat_log_probabilities()
    {
        var options = Greedy();
        (options.IncludeLogProbabilities, options.TopLogProbabilityCount) = (true, 2);
        ChatCompletion answer = await Client().CompleteChatAsync([new UserChatMessage("What is the capital of Germany?")], options, Stop);
        Assert.Equal(answer.Content[0].Text, string.Concat(answer.ContentTokenLogProbabilities.Select(t => t.Token)).Replace("<|im_end|>", "", StringComparison.Ordinal));
        Assert.All(answer.ContentTokenLogProbabilities, t => Assert.Equal(t.LogProbability, t.TopLogProbabilities[0].LogProbability));
    }

    [Fact]
    public async Task Chat_tools()
    {
        await using var server = await CallingModel.ServeAsync();
        var options = Greedy();
        options.Tools.Add(Weather);
        List<ChatMessage> messages = [new UserChatMessage("How is the weather in Bonn?")];
        var client = Root(server, server.Key).GetChatClient("tiny");
        ChatCompletion first = await client.CompleteChatAsync(messages, options, Stop);
        var call = Assert.Single(first.ToolCalls);
        Assert.Equal(("weather", """{"city": "Bonn"}"""), (call.FunctionName, call.FunctionArguments.ToString()));
        messages.AddRange([new AssistantChatMessage(first), new ToolChatMessage(call.Id, "rain")]);
        ChatCompletion second = await client.CompleteChatAsync(messages, options, Stop);
        Assert.Equal("It is rain", second.Content[0].Text);
    }

    [Fact]
    public async Task Chat_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        var text = "";
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var update in Root(server, server.Key).GetChatClient("tiny").CompleteChatStreamingAsync([new UserChatMessage("x")], new(), Stop))
                text += string.Concat(update.ContentUpdate.Select(c => c.Text));
        });
        Assert.Equal("You said: ", text);
    }

    [Fact]
    public async Task Chat_tools_where_the_template_takes_none()
    {
        var options = Greedy();
        options.Tools.Add(Weather);
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => Client().CompleteChatAsync([new UserChatMessage("x")], options, Stop));
        Assert.Equal(400, refusal.Status);
        Assert.Contains("takes no tools", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_tools_demanded()
    {
        var options = Greedy();
        options.Tools.Add(Weather);
        options.ToolChoice = ChatToolChoice.CreateRequiredChoice();
        ChatCompletion answer = await Root(_server.Key).GetChatClient("tools").CompleteChatAsync([new UserChatMessage("How is the weather in Rome?")], options, Stop);
        Assert.Equal((ChatFinishReason.ToolCalls, "weather"), (answer.FinishReason, answer.ToolCalls.Single().FunctionName));
        using var arguments = JsonDocument.Parse(answer.ToolCalls[0].FunctionArguments);
        Assert.Equal(JsonValueKind.String, arguments.RootElement.GetProperty("city").ValueKind);
        options.ToolChoice = ChatToolChoice.CreateFunctionChoice("other");
        Assert.Equal(400, (await Assert.ThrowsAsync<ClientResultException>(() => Client().CompleteChatAsync([new UserChatMessage("x")], options, Stop))).Status);
    }

    [Fact]
    public async Task Chat_over_length()
    {
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => Client().CompleteChatAsync([new UserChatMessage(string.Concat(Enumerable.Repeat("word ", 20_000)))], Greedy(), Stop));
        Assert.Equal(400, refusal.Status);
        Assert.Contains("tokens", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_bad_parameter()
    {
        var options = new ChatCompletionOptions { Temperature = 5 };
        Assert.Equal(400, (await Assert.ThrowsAsync<ClientResultException>(() => Client().CompleteChatAsync([new UserChatMessage("x")], options, Stop))).Status);
    }

    [Fact]
    public async Task Chat_cancel()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in Client().CompleteChatStreamingAsync([new UserChatMessage("Tell me a very long story.")], new(), gone.Token))
                await gone.CancelAsync();
        });
    }

    [Fact]
    public async Task Embeddings()
    {
        string[] texts = ["How do I reset my password?", "I forgot my password and cannot log in.", "The invoice is due at the end of the month."];
        var answer = await Root(_server.Key).GetEmbeddingClient("other").GenerateEmbeddingsAsync(texts, cancellationToken: Stop);
        var vectors = answer.Value.Select(e => e.ToFloats().ToArray()).ToList();
        Assert.All(vectors, v => Assert.Equal(384, v.Length));
        Assert.True(Cosine(vectors[0], vectors[1]) > 0.5);
        Assert.True(Cosine(vectors[0], vectors[2]) < 0.2);
        Assert.True(answer.Value.Usage.InputTokenCount > 0);

        static float Cosine(float[] one, float[] other) => one.Zip(other, (x, y) => x * y).Sum();
    }

    [Fact]
    public async Task Wrong_key() => Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(() => Client(_server.Key[..^1]).CompleteChatAsync([new UserChatMessage("x")], new(), Stop))).Status);

    [Fact]
    public async Task Models()
    {
        var models = await Root(_server.Key).GetOpenAIModelClient().GetModelsAsync(Stop);
        Assert.Contains(models.Value, m => m.Id == "tiny");
        var missing = await Assert.ThrowsAsync<ClientResultException>(() => Root(_server.Key).GetOpenAIModelClient().GetModelAsync("none", Stop));
        Assert.Equal(404, missing.Status);
        var blind = await _server.AddKeyAsync("alice", KeyScopes.Chat);
        Assert.Equal(403, (await Assert.ThrowsAsync<ClientResultException>(() => Root(blind).GetOpenAIModelClient().GetModelsAsync(Stop))).Status);
    }

    static ChatCompletionOptions Greedy() => new() { Temperature = 0, MaxOutputTokenCount = 60 };

    ChatClient Client(string? key = null) => Root(key ?? _server.Key).GetChatClient("tiny");

    OpenAIClient Root(string key) => Root(_server, key);

    static OpenAIClient Root(TestServer server, string key) => new(new ApiKeyCredential(key), new() { Endpoint = new(server.Address, "v1"), RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0) });
}
