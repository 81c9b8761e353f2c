using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hearth.Requests;
using Hearth.Tests.Server.Support;
using OllamaSharp;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;
using OllamaSharp.Models.Exceptions;

namespace Hearth.Tests.Server.Clients;

/// <summary>OllamaSharp against the real models in confined workers. docs/compatibility.md lists these cases.</summary>
[Collection("kernels")]
public sealed class OllamaSharpTests : IAsyncLifetime
{
    TestServer _server = null!;
    OllamaApiClient _client = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartRealAsync();
        _client = Connect(_server, _server.Key);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Running_and_version()
    {
        Assert.True(await _client.IsRunningAsync(Stop));
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", await _client.GetVersionAsync(Stop));
    }

    [Fact]
    public async Task List()
    {
        var models = (await _client.ListLocalModelsAsync(Stop)).ToList();
        Assert.Equal(["other", "tiny", "tools"], models.Select(m => m.Name));
        Assert.All(models, m => Assert.Equal(DateTime.UnixEpoch, m.ModifiedAt.ToUniversalTime()));
    }

    [Fact]
    public async Task Show()
    {
        var shown = await _client.ShowModelAsync(new ShowModelRequest { Model = "tiny" }, Stop);
        Assert.Equal(("llama", "134.52M"), (shown.Details.Family, shown.Details.ParameterSize));
        Assert.Equal(("llama", 134_515_008L), (shown.Info.Architecture, shown.Info.ParameterCount));
        Assert.Equal(["completion"], shown.Capabilities!);
        Assert.Contains("im_start", shown.Template, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loaded_models()
    {
        Assert.Empty(await _client.ListRunningModelsAsync(Stop));
        await foreach (var done in _client.GenerateAsync(new GenerateRequest { Model = "tiny", Prompt = "", KeepAlive = "-1" }, Stop))
            Assert.Equal("load", Assert.IsType<GenerateDoneResponseStream>(done).DoneReason);
        var loaded = (await _client.ListRunningModelsAsync(Stop)).Single();
        Assert.Equal(("tiny", 8192, 0L), (loaded.Name, loaded.ContextLength, loaded.SizeVram));
        // For ever.
        Assert.True(loaded.ExpiresAt.ToUniversalTime() > new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await _client.RequestModelUnloadAsync("tiny", Stop);
        Assert.Empty(await _client.ListRunningModelsAsync(Stop));
    }

    [Fact]
    public async Task Chat_plain()
    {
        var (text, done) = await AskAsync(Greedy("What is the capital of Germany?", stream: false));
        Assert.Contains("Berlin", text, StringComparison.Ordinal);
        Assert.Equal("stop", done.DoneReason);
        Assert.True(done.PromptEvalCount > 0 && done.EvalCount > 0 && done.EvalDuration > 0 && done.TotalDuration > done.EvalDuration);
    }

    [Fact]
    public async Task Chat_stream_is_what_the_plain_answer_is()
    {
        var whole = await AskAsync(Greedy("Name three rivers.", stream: false));
        var streamed = await AskAsync(Greedy("Name three rivers.", stream: true));
        Assert.Equal(whole.Text, streamed.Text);
        Assert.Equal((whole.Done.EvalCount, whole.Done.PromptEvalCount, whole.Done.DoneReason), (streamed.Done.EvalCount, streamed.Done.PromptEvalCount, streamed.Done.DoneReason));
    }

    [Fact]
    public async Task Chat_schema()
    {
        var request = Greedy("Invent a person.", stream: true);
        request.Format = JsonNode.Parse("""{"type": "object", "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer", "minimum": 0, "maximum": 120}}, "required": ["name", "age"], "additionalProperties": false}""");
        using var json = JsonDocument.Parse((await AskAsync(request)).Text);
        Assert.InRange(json.RootElement.GetProperty("age").GetInt32(), 0, 120);
        Assert.Equal(["name", "age"], json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Chat_tools_where_the_template_takes_none()
    {
        var request = Greedy("x", stream: true);
        request.Tools = [new Tool { Function = new() { Name = "weather", Description = "The weather of a city.", Parameters = new() { Properties = new() { ["city"] = new() { Type = "string", Description = "Which." } }, Required = ["city"] } } }];
        Assert.Contains("takes no tools", (await Assert.ThrowsAsync<OllamaException>(() => AskAsync(request))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_over_length()
        => Assert.Matches(@"[0-9]+ tokens.*8192", (await Assert.ThrowsAsync<OllamaException>(() => AskAsync(Greedy(string.Concat(Enumerable.Repeat("word ", 20_000)), stream: true)))).Message);

    [Fact]
    public async Task Chat_bad_parameter()
    {
        var request = Greedy("x", stream: true);
        request.Options!.MiroStat = 2;
        Assert.Contains("options.mirostat", (await Assert.ThrowsAsync<OllamaException>(() => AskAsync(request))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_cancel_ends_the_work()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var request = Greedy("Count.", stream: true);
        (request.Options, request.Format) = (new(), JsonNode.Parse("""{"type": "array", "items": {"type": "integer"}, "minItems": 2000}"""));
        try
        {
            await foreach (var piece in _client.ChatAsync(request, gone.Token))
                await gone.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // Whether it throws or just ends is the client's affair.
        }

        Assert.InRange(await _server.TokensCountedAsync(), 1, 3000);
    }

    [Fact]
    public async Task Failure_in_the_stream()
    {
        await using var server = await TestServer.StartAsync();
        var pieces = 0;
        server.Model.BeforePiece = _ => ++pieces > 1 ? throw new EngineException(FailureCode.WorkerLost, "The worker ended.") : Task.CompletedTask;
        using var client = Connect(server, server.Key);
        var said = "";
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await foreach (var piece in client.ChatAsync(Greedy("x", stream: true), Stop))
                said += piece?.Message?.Content;
        });
        Assert.Equal("You said: ", said);
    }

    [Fact]
    public async Task Generate()
    {
        var (text, done) = ("", (GenerateDoneResponseStream?)null);
        var request = new GenerateRequest { Model = "tiny", Prompt = "What is the capital of Germany?", System = "Answer shortly.", Options = new() { Temperature = 0, NumPredict = 60 } };
        await foreach (var piece in _client.GenerateAsync(request, Stop))
            (text, done) = (text + piece!.Response, piece as GenerateDoneResponseStream);
        Assert.Contains("Berlin", text, StringComparison.Ordinal);
        Assert.Equal("stop", done!.DoneReason);
    }

    [Fact]
    public async Task Embed()
    {
        var answer = await _client.EmbedAsync(new EmbedRequest { Model = "other", Input = ["How do I reset my password?", "I forgot my password and cannot log in.", "The invoice is due at the end of the month."] }, Stop);
        Assert.All(answer.Embeddings, v => Assert.Equal(384, v.Length));
        Assert.True(Cosine(0, 1) > 0.5);
        Assert.True(Cosine(0, 2) < 0.2);
        Assert.True(answer.PromptEvalCount > 0);

        float Cosine(int one, int other) => answer.Embeddings[one].Zip(answer.Embeddings[other], (x, y) => x * y).Sum();
    }

    [Fact]
    public async Task Pull_of_an_installed_model()
    {
        var statuses = new List<string>();
        await foreach (var line in _client.PullModelAsync(new PullModelRequest { Model = "tiny" }, Stop))
            statuses.Add(line!.Status);
        Assert.Equal("success", statuses[^1]);
    }

    [Fact]
    public async Task Unknown_model()
    {
        var request = Greedy("x", stream: true);
        request.Model = "none";
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(request))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            await foreach (var line in _client.PullModelAsync(new PullModelRequest { Model = "none" }, Stop))
                Assert.Fail($"A model was pulled from nowhere: {line?.Status}");
        })).StatusCode);
    }

    [Fact]
    public async Task Wrong_key()
    {
        using var stranger = Connect(_server, _server.Key[..^1]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HttpRequestException>(() => stranger.ListLocalModelsAsync(Stop))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<HttpRequestException>(() => _client.DeleteModelAsync(new DeleteModelRequest { Model = "tiny" }, Stop))).StatusCode);
    }

    static OllamaApiClient Connect(TestServer server, string key) => new(server.Address, "tiny") { DefaultRequestHeaders = { ["Authorization"] = $"Bearer {key}" } };

    static ChatRequest Greedy(string question, bool stream) => new() { Model = "tiny", Messages = [new(ChatRole.User, question)], Stream = stream, Options = new() { Temperature = 0, NumPredict = 60 } };

    async Task<(string Text, ChatDoneResponseStream Done)> AskAsync(ChatRequest request)
    {
        var (text, done) = ("", (ChatDoneResponseStream?)null);
        await foreach (var piece in _client.ChatAsync(request, Stop))
            (text, done) = (text + piece!.Message.Content, piece as ChatDoneResponseStream);
        return (text, done!);
    }
}
