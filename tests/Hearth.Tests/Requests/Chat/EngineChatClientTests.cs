using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.WorkerDouble;
using Microsoft.Extensions.AI;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Hearth.Tests.Requests.Chat;

public sealed class EngineChatClientTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly FakeEngine _engine = new();

    EngineChatClient Client => new(_engine);

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task An_answer_has_text_usage_and_a_reason()
    {
        var response = await Client.GetResponseAsync([new(ChatRole.User, "hello")], cancellationToken: Token);

        Assert.Equal("é0é1é2", response.Text);
        Assert.Equal((ChatRole.Assistant, 1), (Assert.Single(response.Messages).Role, response.Messages.Count));
        Assert.Equal((5, 3, 8, 1), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount));
        Assert.Equal((ChatFinishReason.Stop, "fake"), (response.FinishReason, response.ModelId));
    }

    [Fact]
    public async Task A_stream_brings_every_piece_as_it_is_said()
    {
        var updates = await Client.GetStreamingResponseAsync([new(ChatRole.User, "hello")], cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(["é0", "é1", "é2", ""], updates.Select(u => u.Text));
        Assert.Single(updates.Select(u => u.ResponseId).Distinct());
        Assert.Equal([null, null, null, ChatFinishReason.Stop], updates.Select(u => u.FinishReason));
    }

    [Fact]
    public async Task Every_option_reaches_the_engine()
    {
        var options = new ChatOptions
        {
            Instructions = "be short",
            Temperature = 0.5f,
            TopP = 0.25f,
            TopK = 7,
            MaxOutputTokens = 2,
            StopSequences = ["##"],
            Seed = -1,
            FrequencyPenalty = 1.5f,
            PresencePenalty = -1,
        };
        await Client.GetResponseAsync([new(ChatRole.User, [new TextContent("a"), new TextContent("b")]), new(ChatRole.Assistant, "c")], options, Token);

        var request = _engine.Request!;
        Assert.Equal([new("system", "be short"), new("user", "ab"), new("assistant", "c")], ((ChatPrompt)request.Prompt).Messages);
        Assert.Equal((2, ulong.MaxValue), (request.MaxTokens, request.Sampling.Seed));
        Assert.Equal(["##"], request.Stop);
        Assert.Equal((0.5f, 0.25f, 7), (request.Sampling.Temperature, request.Sampling.TopP, request.Sampling.TopK));
        Assert.Equal((1.5f, -1f), (request.Sampling.FrequencyPenalty, request.Sampling.PresencePenalty));
    }

    [Fact]
    public async Task Options_about_reasoning_are_refused_unless_they_say_nothing()
    {
        await RefusedAsync("reason", new AiMessage(ChatRole.User, "x"), new() { Reasoning = new() { Effort = ReasoningEffort.High } });
        await RefusedAsync("reason", new AiMessage(ChatRole.User, "x"), new() { Reasoning = new() { Output = ReasoningOutput.None } });
        await Client.GetResponseAsync([new(ChatRole.User, "x")], new() { Reasoning = new() }, Token);
    }

    [Fact]
    public async Task Options_that_are_not_given_keep_the_defaults_or_those_of_a_request_of_ours()
    {
        await Client.GetResponseAsync([new(ChatRole.User, "x")], new() { TopK = 1 }, Token);
        Assert.Equal(new SamplingOptions().MinP, _engine.Request!.Sampling.MinP);
        Assert.Null(_engine.Request.MaxTokens);

        var ours = new GenerationRequest(new ChatPrompt([], "{}")) { Sampling = SamplingOptions.Greedy, MaxTokens = 1, UseCache = false };
        await Client.GetResponseAsync([new(ChatRole.User, "x")], new() { RawRepresentationFactory = _ => ours }, Token);
        Assert.Equal((SamplingOptions.Greedy, 1, false), (_engine.Request.Sampling, _engine.Request.MaxTokens, _engine.Request.UseCache));
        Assert.Equal("{}", ((ChatPrompt)_engine.Request.Prompt).OptionsJson);
    }

    [Fact]
    public void Every_option_of_the_interface_is_done_refused_or_about_other_services()
    {
        string[] done = ["Instructions", "Temperature", "TopP", "TopK", "MaxOutputTokens", "StopSequences", "Seed", "FrequencyPenalty", "PresencePenalty", "Tools", "ToolMode", "RawRepresentationFactory", "ResponseFormat"];
        string[] refused = ["AllowMultipleToolCalls", "ContinuationToken", "AllowBackgroundResponses", "Reasoning"];
        string[] ofOthers = ["ConversationId", "ModelId", "AdditionalProperties"];
        Assert.Equal([.. done.Concat(refused).Concat(ofOthers).Order(StringComparer.Ordinal)], typeof(ChatOptions).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_engine_does_not_do_is_refused_and_not_ignored()
    {
        await RefusedAsync("DataContent", new AiMessage(ChatRole.User, [new DataContent(new byte[1], "image/png")]), new());
        await RefusedAsync("HostedWebSearchTool", new AiMessage(ChatRole.User, "x"), new() { Tools = [new HostedWebSearchTool()] });
        await RefusedAsync("in the background", new AiMessage(ChatRole.User, "x"), new() { AllowBackgroundResponses = true });
        await RefusedAsync("several tool calls", new AiMessage(ChatRole.User, "x"), new() { AllowMultipleToolCalls = false });
        await Client.GetResponseAsync([new(ChatRole.User, "x")], new() { ResponseFormat = ChatResponseFormat.Text, Tools = [] }, Token);
    }

    [Fact]
    public async Task A_response_format_constrains_the_answer()
    {
        AiMessage[] question = [new(ChatRole.User, "x")];
        await Client.GetResponseAsync(question, new() { ResponseFormat = ChatResponseFormat.Json }, Token);
        Assert.Equal(AnswerConstraint.JsonObject, _engine.Request!.Constraint);
        await Client.GetResponseAsync(question, new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse("{\"type\": \"integer\"}")) }, Token);
        Assert.Equal(new(ConstraintKind.JsonSchema, "{\"type\": \"integer\"}"), _engine.Request!.Constraint);
        await Client.GetResponseAsync(question, new() { ResponseFormat = ChatResponseFormat.Text }, Token);
        Assert.Null(_engine.Request!.Constraint);
    }

    [Fact]
    public async Task Tools_are_offered_their_calls_come_back_and_their_results_are_sent()
    {
        _engine.Scripts.Enqueue([new Delta("", [1], []) { Reasoning = "hm" }, new Delta("Wait.", [2], []) { ToolCalls = [new("a1", "add", """{"b": 2, "a": 1}""")] }, End(FinishReason.ToolCalls)]);
        _engine.Scripts.Enqueue([new Delta("3", [3], []), End(FinishReason.EndOfText)]);
        var seen = "";
        var add = AIFunctionFactory.Create((int a, int b) => { seen = $"{a} {b}"; return a + b; }, "add", "adds");
        using var client = Client.AsBuilder().UseFunctionInvocation().Build();
        var response = await client.GetResponseAsync("1 + 2?", new() { Tools = [add], ToolMode = ChatToolMode.Auto }, Token);

        Assert.Equal(("1 2", "Wait.\n3", ChatFinishReason.Stop), (seen, response.Text, response.FinishReason));
        Assert.Equal("hm", response.Messages.SelectMany(m => m.Contents).OfType<TextReasoningContent>().Single().Text);
        var prompt = (ChatPrompt)_engine.Request!.Prompt;
        Assert.Equal(("add", "adds", ToolChoice.Auto), (prompt.Tools.Single().Name, prompt.Tools.Single().Description?.Reveal(), prompt.ToolChoice));
        Assert.Equal("""["a","b"]""", System.Text.Json.JsonElement.Parse(prompt.Tools.Single().ParametersJson.Reveal()).GetProperty("required").GetRawText());
        Assert.Equal(["user", "assistant", "tool"], prompt.Messages.Select(m => m.Role));
        Assert.Equal(("Wait.", "hm", new ToolCall("a1", "add", """{"b":2,"a":1}""")), (prompt.Messages[1].Content.Reveal(), prompt.Messages[1].Reasoning?.Reveal(), prompt.Messages[1].ToolCalls.Single()));
        Assert.Equal(("3", "a1", "add"), (prompt.Messages[2].Content.Reveal(), prompt.Messages[2].ToolCallId, prompt.Messages[2].ToolName));
    }

    [Fact]
    public async Task Results_of_several_calls_are_messages_of_their_own()
    {
        AiMessage[] messages =
        [
            new(ChatRole.Assistant, [new FunctionCallContent("1", "f"), new FunctionCallContent("2", "g", new Dictionary<string, object?> { ["x"] = 0.5 })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "text"), new FunctionResultContent("2", new Dictionary<string, object?> { ["ok"] = true })]),
        ];
        await Client.GetResponseAsync(messages, new() { ToolMode = ChatToolMode.None }, Token);

        var prompt = (ChatPrompt)_engine.Request!.Prompt;
        Assert.Equal(["{}", """{"x":0.5}"""], prompt.Messages[0].ToolCalls.Select(c => c.ArgumentsJson));
        Assert.Equal([("text", "1", "f"), ("""{"ok":true}""", "2", "g")], prompt.Messages.Skip(1).Select(m => (m.Content, m.ToolCallId!, m.ToolName!)));
        Assert.Equal(ToolChoice.None, prompt.ToolChoice);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("f")]
    public async Task A_demand_for_a_call_is_passed_on(string? name)
    {
        var mode = name is null ? ChatToolMode.RequireAny : ChatToolMode.RequireSpecific(name);
        await Client.GetResponseAsync("x", new() { ToolMode = mode }, Token);
        var prompt = (ChatPrompt)_engine.Request!.Prompt;
        Assert.Equal((ToolChoice.Required, name), (prompt.ToolChoice, prompt.RequiredTool));
    }

    [Theory]
    [InlineData(FinishReason.MaxTokens)]
    [InlineData(FinishReason.ContextFull)]
    [InlineData(FinishReason.IncompleteToolCall)]
    public async Task An_answer_that_is_cut_off_says_length(FinishReason reason)
    {
        _engine.Scripts.Enqueue([End(reason)]);
        Assert.Equal(ChatFinishReason.Length, (await Client.GetResponseAsync("x", cancellationToken: Token)).FinishReason);
    }

    [Fact]
    public async Task A_client_that_loaded_its_model_disposes_it()
    {
        FakeEngine engine;
        await using (var client = await EngineChatClient.LoadAsync(new FakeModel(), cancellationToken: Token))
        {
            engine = client.GetService<FakeEngine>()!;
            Assert.Equal("é0é1é2", (await client.GetResponseAsync("x", cancellationToken: Token)).Text);
        }

        Assert.True(engine.Disposed);
    }

    [Fact]
    public async Task A_client_answers_several_threads_at_once()
    {
        var client = Client;
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => client.GetResponseAsync("x", cancellationToken: Token))));
        Assert.All(answers, answer => Assert.Equal("é0é1é2", answer.Text));
    }

    static Completed End(FinishReason reason) => new(reason, null, 5, 0, 3, new(default, default, default), 1, "1");

    [Fact]
    public void The_engine_can_be_had_from_the_client_and_is_not_disposed_with_it()
    {
        using (var client = Client)
        {
            Assert.Same(_engine, client.GetService<IEngine>());
            Assert.Equal("hearth", client.GetService<ChatClientMetadata>()!.ProviderName);
            Assert.Null(client.GetService(typeof(IEngine), "key"));
        }

        Assert.False(_engine.Disposed);
    }

    async Task RefusedAsync(string found, AiMessage message, ChatOptions options)
    {
        var failure = await Assert.ThrowsAsync<EngineException>(() => Client.GetResponseAsync([message], options, Token));
        Assert.Equal(FailureCode.InvalidRequest, failure.Code);
        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
    }
}
