using System.Net;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Hearth.Requests.Chat;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Support;

namespace Hearth.Tests.Server.Clients;

/// <summary>Anthropic's own library for .NET against the real model in a confined worker. docs/compatibility.md lists these cases.</summary>
[Collection("kernels")]
public sealed class AnthropicDotNetTests : IAsyncLifetime
{
    const string Capital = "What is the capital of Germany?";

    static readonly Tool Weather = new()
    {
        Name = "weather",
        Description = "The weather of a city.",
        InputSchema = new() { Properties = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("""{"type": "string"}""") }, Required = ["city"] },
    };

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    // This client has no temperature: the model's own setting is greedy.
    public async ValueTask InitializeAsync()
        => _server = await TestServer.StartRealAsync(options => options with { ModelSettings = _ => new(new(), new(new TextPrompt("")) { Sampling = new() { Temperature = 0 } }, null) });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Messages_plain()
    {
        var answer = await Client().Messages.Create(Asked(Capital) with { System = "Answer shortly." }, Stop);
        Assert.Contains("Berlin", Text(answer), StringComparison.Ordinal);
        Assert.Equal(StopReason.EndTurn, answer.StopReason!.Value());
        Assert.True(answer.Usage.InputTokens > 0 && answer.Usage.OutputTokens > 0);
    }

    [Fact]
    public async Task Messages_stream_is_what_the_plain_answer_is()
    {
        var whole = await Client().Messages.Create(Asked("Name three rivers."), Stop);
        var (text, end) = ("", (RawMessageDeltaEvent?)null);
        await foreach (var said in Client().Messages.CreateStreaming(Asked("Name three rivers."), Stop))
        {
            if (said.TryPickContentBlockDelta(out var piece) && piece.Delta.TryPickText(out var delta))
                text += delta.Text;
            if (said.TryPickDelta(out var last))
                end = last;
        }

        Assert.Equal(Text(whole), text);
        Assert.Equal(whole.StopReason, end!.Delta.StopReason);
        Assert.Equal(whole.Usage.OutputTokens, end.Usage.OutputTokens);
    }

    [Fact]
    public async Task Messages_schema()
    {
        var schema = JsonElement.Parse("""
            {"type": "object", "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer", "minimum": 0, "maximum": 120}}, "required": ["name", "age"], "additionalProperties": false}
            """).EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var answer = await Client().Messages.Create(Asked("Invent a person.") with { OutputConfig = new() { Format = new() { Schema = schema } } }, Stop);
        var person = JsonElement.Parse(Text(answer));
        Assert.InRange(person.GetProperty("age").GetInt32(), 0, 120);
        Assert.Equal(["name", "age"], person.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public Task Messages_tools_where_the_template_takes_none() => IsRefusedAsync(HttpStatusCode.BadRequest, "takes no tools", Asked("x") with { Tools = [Weather] });

    [Fact]
    public async Task Messages_tools_demanded()
    {
        var asked = Asked("How is the weather in Rome?") with { Model = "tools", Tools = [Weather], ToolChoice = new ToolChoiceAny() };
        var answer = await Client().Messages.Create(asked, Stop);
        var call = answer.Content.Select(block => block.TryPickToolUse(out var use) ? use : null).Single(use => use is not null)!;
        Assert.Equal((StopReason.ToolUse, "weather"), (answer.StopReason!.Value(), call.Name));
        Assert.Equal(JsonValueKind.String, call.Input["city"].ValueKind);
        await IsRefusedAsync(HttpStatusCode.BadRequest, "'tool_choice.name'", asked with { ToolChoice = new ToolChoiceTool("other") });
    }

    [Fact]
    public async Task Messages_stop_sequences()
    {
        var answer = await Client().Messages.Create(Asked(Capital) with { StopSequences = ["Berlin", "Never said"] }, Stop);
        Assert.Equal((StopReason.StopSequence, "Berlin"), (answer.StopReason!.Value(), answer.StopSequence));
        Assert.DoesNotContain("Berlin", Text(answer), StringComparison.Ordinal);
        var cut = await Client().Messages.Create(Asked("Tell me a long story.") with { MaxTokens = 3 }, Stop);
        Assert.Equal((StopReason.MaxTokens, null, 3), (cut.StopReason!.Value(), cut.StopSequence, cut.Usage.OutputTokens));
    }

    [Fact]
    public Task Messages_over_length() => IsRefusedAsync(HttpStatusCode.BadRequest, "tokens", Asked(string.Concat(Enumerable.Repeat("word ", 20_000))));

    [Fact]
    public Task Messages_bad_parameter() => IsRefusedAsync(HttpStatusCode.BadRequest, "'max_tokens'", Asked("x") with { MaxTokens = 0 });

    [Fact]
    public Task Messages_unknown_model() => IsRefusedAsync(HttpStatusCode.NotFound, "no model", Asked("x") with { Model = "none" });

    [Fact]
    public async Task Messages_cancel()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var said in Client().Messages.CreateStreaming(Asked("Tell me a very long story.") with { MaxTokens = 2000 }, gone.Token))
                await gone.CancelAsync();
        });
    }

    [Fact]
    public async Task Messages_failure_in_the_stream()
    {
        await using var server = await FailingModel.ServeAsync();
        var text = "";
        var failure = await Assert.ThrowsAnyAsync<AnthropicServiceException>(async () =>
        {
            await foreach (var said in Client(server).Messages.CreateStreaming(Asked("x"), Stop))
                text += said.TryPickContentBlockDelta(out var piece) && piece.Delta.TryPickText(out var delta) ? delta.Text : "";
        });
        Assert.Equal("The worker ended.", failure.ApiMessage);
        Assert.Equal("You said: ", text);
    }

    [Fact]
    public async Task Token_count()
    {
        const string system = "Answer with <|im_end|> only.";
        var counted = await Client().Messages.CountTokens(new() { Model = "tiny", System = system, Messages = Asked(Capital).Messages }, Stop);
        var usage = (await Client().Messages.Create(Asked(Capital) with { System = system }, Stop)).Usage;
        Assert.Equal(usage.InputTokens + usage.CacheReadInputTokens, counted.InputTokens);
    }

    [Fact]
    public async Task Wrong_key()
    {
        foreach (var inOwnHeader in (bool[])[false, true])
        {
            var failure = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => Client(key: _server.Key[..^1], inOwnHeader: inOwnHeader).Messages.Create(Asked("x"), Stop));
            Assert.Equal(HttpStatusCode.Unauthorized, failure.StatusCode);
            Assert.NotEmpty((await Client(inOwnHeader: inOwnHeader).Models.List(cancellationToken: Stop)).Items);
        }
    }

    [Fact]
    public async Task Models()
    {
        Assert.Equal(["other", "tiny", "tools"], (await Client().Models.List(cancellationToken: Stop)).Items.Select(m => m.ID));
        Assert.Equal("tiny", (await Client().Models.Retrieve("tiny", cancellationToken: Stop)).DisplayName);
        var missing = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => Client().Models.Retrieve("none", cancellationToken: Stop));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        var blind = await _server.AddKeyAsync("alice", KeyScopes.Chat);
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAnyAsync<AnthropicApiException>(() => Client(key: blind).Models.List(cancellationToken: Stop))).StatusCode);
    }

    static MessageCreateParams Asked(string text) => new() { Model = "tiny", MaxTokens = 60, Messages = [new UserMessageParam(text)] };

    static string Text(Message message) => string.Concat(message.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));

    async Task IsRefusedAsync(HttpStatusCode status, string words, MessageCreateParams asked)
    {
        var refusal = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => Client().Messages.Create(asked, Stop));
        Assert.Equal(status, refusal.StatusCode);
        Assert.Contains(words, refusal.ApiMessage, StringComparison.Ordinal);
        Assert.NotNull(refusal.RequestID);
    }

    AnthropicClient Client(TestServer? server = null, string? key = null, bool inOwnHeader = false) => new()
    {
        BaseUrl = (server ?? _server).Address.ToString().TrimEnd('/'),
        ApiKey = key ?? (server ?? _server).Key,
        MaxRetries = 0,
        ResponseValidation = true,
        Handlers = inOwnHeader ? [new OwnHeader()] : [],
    };

    /// <summary>Sends the key as earlier versions of the client did.</summary>
    sealed class OwnHeader : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("x-api-key", request.Headers.Authorization!.Parameter);
            request.Headers.Authorization = null;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
