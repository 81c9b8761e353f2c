using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Hearth.Tests.Server.Support;
using OpenAI.Responses;

namespace Hearth.Tests.Server.Clients;

/// <summary>Responses by the official OpenAI library for .NET; see <see cref="OpenAiDotNetTests"/>.</summary>
[Collection("kernels")]
public sealed class OpenAiDotNetResponsesTests : IAsyncLifetime
{
    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartRealAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Responses_plain()
    {
        var options = Greedy("What is the capital of Germany?");
        options.Instructions = "Answer shortly.";
        ResponseResult answer = await Client(_server).CreateResponseAsync(options, Stop);
        Assert.Contains("Berlin", answer.GetOutputText(), StringComparison.Ordinal);
        Assert.Equal(ResponseStatus.Completed, answer.Status);
        Assert.True(answer.Usage.InputTokenCount > 0 && answer.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task Responses_stream_is_what_the_plain_answer_is()
    {
        ResponseResult whole = await Client(_server).CreateResponseAsync(Greedy("Name three rivers."), Stop);
        var (text, end) = ("", (ResponseResult?)null);
        await foreach (var update in await Client(_server).CreateResponseStreamingAsync(Streamed("Name three rivers."), Stop))
        {
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            end = (update as StreamingResponseCompletedUpdate)?.Response ?? (update as StreamingResponseIncompleteUpdate)?.Response ?? end;
        }

        Assert.Equal(whole.GetOutputText(), text);
        Assert.Equal((whole.Status, whole.Usage.OutputTokenCount), (end!.Status, end.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task Responses_schema()
    {
        var options = Greedy("Invent a person.");
        options.TextOptions = new() { TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("person", BinaryData.FromString(OpenAiDotNetTests.Person), jsonSchemaIsStrict: true) };
        ResponseResult answer = await Client(_server).CreateResponseAsync(options, Stop);
        using var json = JsonDocument.Parse(answer.GetOutputText());
        Assert.InRange(json.RootElement.GetProperty("age").GetInt32(), 0, 120);
    }

    [Fact]
    public async Task Responses_tools()
    {
        await using var server = await CallingModel.ServeAsync();
        var options = Greedy("How is the weather in Bonn?");
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", BinaryData.FromString(OpenAiDotNetTests.City), strictModeEnabled: true, "The weather of a city."));
        ResponseResult first = await Client(server).CreateResponseAsync(options, Stop);
        var call = Assert.IsType<FunctionCallResponseItem>(Assert.Single(first.OutputItems));
        Assert.Equal(("weather", """{"city": "Bonn"}"""), (call.FunctionName, call.FunctionArguments.ToString()));
        options.InputItems.Add(call);
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "rain"));
        ResponseResult second = await Client(server).CreateResponseAsync(options, Stop);
        Assert.Equal("It is rain", second.GetOutputText());
    }

    [Fact]
    public async Task Responses_tools_in_a_stream()
    {
        await using var server = await CallingModel.ServeAsync();
        var options = Streamed("How is the weather in Bonn?");
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", BinaryData.FromString(OpenAiDotNetTests.City), strictModeEnabled: true, "The weather of a city."));
        var updates = new List<StreamingResponseUpdate>();
        await foreach (var update in await Client(server).CreateResponseStreamingAsync(options, Stop))
            updates.Add(update);
        Assert.Equal("""{"city": "Bonn"}""", updates.OfType<StreamingResponseFunctionCallArgumentsDoneUpdate>().Single().FunctionArguments.ToString());
        Assert.Equal("weather", ((FunctionCallResponseItem)updates.OfType<StreamingResponseOutputItemDoneUpdate>().Single().Item).FunctionName);
    }

    [Fact]
    public async Task Responses_tools_demanded()
    {
        var options = Greedy("How is the weather in Rome?");
        options.Model = "tools";
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", BinaryData.FromString(OpenAiDotNetTests.City), strictModeEnabled: true, "The weather of a city."));
        options.ToolChoice = ResponseToolChoice.CreateFunctionChoice("weather");
        ResponseResult answer = await Client(_server).CreateResponseAsync(options, Stop);
        var call = Assert.IsType<FunctionCallResponseItem>(Assert.Single(answer.OutputItems));
        using var arguments = JsonDocument.Parse(call.FunctionArguments);
        Assert.Equal(("weather", JsonValueKind.String), (call.FunctionName, arguments.RootElement.GetProperty("city").ValueKind));
    }

    [Fact]
    public async Task Responses_over_length()
    {
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => Client(_server).CreateResponseAsync(Greedy(string.Concat(Enumerable.Repeat("word ", 20_000))), Stop));
        Assert.Equal(400, refusal.Status);
        Assert.Contains("tokens", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_bad_parameter()
    {
        var options = Greedy("x");
        options.PreviousResponseId = "resp_1";
        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => Client(_server).CreateResponseAsync(options, Stop));
        Assert.Equal(400, refusal.Status);
        Assert.Contains("previous_response_id", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_wrong_key()
        => Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(() => Client(_server, _server.Key[..^1]).CreateResponseAsync(Greedy("x"), Stop))).Status);

    [Fact]
    public async Task Responses_cancel()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in await Client(_server).CreateResponseStreamingAsync(new("tiny", [ResponseItem.CreateUserMessageItem("Tell me a very long story.")]) { StreamingEnabled = true }, gone.Token))
                await gone.CancelAsync();
        });
    }

    [Fact]
    public async Task Responses_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        var updates = new List<StreamingResponseUpdate>();
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var update in await Client(server).CreateResponseStreamingAsync(Streamed("x"), Stop))
                updates.Add(update);
        });
        Assert.Equal("You said: ", string.Concat(updates.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(u => u.Delta)));
        Assert.Equal(ResponseStatus.Failed, updates.OfType<StreamingResponseFailedUpdate>().Single().Response.Status);
        Assert.Equal("worker_lost", updates.OfType<StreamingResponseErrorUpdate>().Single().Code);
    }

    static CreateResponseOptions Greedy(string question) => new("tiny", [ResponseItem.CreateUserMessageItem(question)]) { Temperature = 0, MaxOutputTokenCount = 80 };

    static CreateResponseOptions Streamed(string question)
    {
        var options = Greedy(question);
        options.StreamingEnabled = true;
        return options;
    }

    static ResponsesClient Client(TestServer server, string? key = null)
        => new(new ApiKeyCredential(key ?? server.Key), new ResponsesClientOptions { Endpoint = new(server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) });
}
