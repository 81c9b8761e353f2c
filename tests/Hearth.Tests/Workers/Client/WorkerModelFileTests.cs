using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Tests.Workers.Support;
using Hearth.WorkerDouble;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Client;

/// <summary>Every member, asked through both ends of the protocol and asked directly, answers the same.</summary>
public sealed class WorkerModelFileTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly FakeModel _model = new();

    public ValueTask DisposeAsync() => _model.DisposeAsync();

    [Fact]
    public async Task A_file_answers_through_a_worker_as_it_answers_directly()
    {
        await using var file = FakeWorker.Serve(_model);
        var render = new RenderRequest("{\"a\":1}") { Template = "", Now = new DateTime(2026, 1, 2, 3, 4, 5) };

        Assert.Equivalent(await _model.InspectAsync(77, Token), await file.InspectAsync(77, Token), strict: true);
        Assert.Equal(await _model.TokenizeAsync("aé", true, Token), await file.TokenizeAsync("aé", true, Token));
        Assert.Equal(await _model.TokenizeAsync("", false, Token), await file.TokenizeAsync("", false, Token));
        Assert.Equal(await _model.DetokenizeAsync([97, 233], Token), await file.DetokenizeAsync([97, 233], Token));
        Assert.Equal(await _model.RenderAsync(render, Token), await file.RenderAsync(render, Token));
        Assert.Equal(await _model.RenderAsync(new("{}"), Token), await file.RenderAsync(new("{}"), Token));
    }

    [Fact]
    public async Task Loading_passes_the_options_reports_progress_and_tells_what_was_loaded()
    {
        await using var file = FakeWorker.Serve(_model);
        var options = new LoadOptions
        {
            ContextLength = -5,
            KvType = KvType.F32,
            Activations = ActivationType.Float,
            PrefillThreads = 3,
            DecodeThreads = 2,
            InstructionSet = "vector256",
            MemoryBudget = 1L << 41,
            Adapters = [new("é.gguf", -0.5f), new("", 0)],
        };
        var reports = new Reports();

        await using var engine = await file.LoadAsync(options, reports, Token);

        Assert.Equivalent(options, _model.Options, strict: true);
        Assert.Equal(FakeModel.Loaded, engine.Model);
        Assert.Equal(new(10_000, 10_000), reports.Seen[^1]);
        Assert.InRange(reports.Seen.Count, 50, 110);
        Assert.Equal(reports.Seen.OrderBy(r => r.Done), reports.Seen);
        await Assert.ThrowsAsync<InvalidOperationException>(() => file.LoadAsync(options, null, Token));
    }

    [Fact]
    public async Task An_engine_answers_through_a_worker_as_it_answers_directly()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        var request = new GenerationRequest(new TextPrompt("hello")) { MaxTokens = 400, LogProbabilities = 3 };

        var direct = await _model.Engine.GenerateAsync(request, Token).ToListAsync(Token);
        var through = await engine.GenerateAsync(request, Token).ToListAsync(Token);

        Assert.Equal(402, through.Count);
        Assert.Equivalent(direct, through, strict: true);
        Assert.Equal(await _model.Engine.LogitsAsync([5, 6, 7], true, Token).ToListAsync(Token), await engine.LogitsAsync([5, 6, 7], true, Token).ToListAsync(Token));
        Assert.Equal(await _model.Engine.LogitsAsync([5, 6], false, Token).ToListAsync(Token), await engine.LogitsAsync([5, 6], false, Token).ToListAsync(Token));
        Assert.Equal(await _model.Engine.MeasureAsync(new(1, 2, 100), Token).ToListAsync(Token), await engine.MeasureAsync(new(1, 2, 100), Token).ToListAsync(Token));
        Assert.Equal(await _model.Engine.StatsAsync(Token), await engine.StatsAsync(Token));
        Assert.Equivalent(await _model.MeasureMachineAsync(new(["F16", "Q8_0"]), Token), await file.MeasureMachineAsync(new(["F16", "Q8_0"]), Token), strict: true);
        var vectors = new EmbeddingRequest([.. Enumerable.Range(1, 200).Select(i => new TextPrompt(new string('x', i)))]);
        Assert.Equivalent(await _model.Engine.EmbedAsync(vectors, Token).ToListAsync(Token), await engine.EmbedAsync(vectors, Token).ToListAsync(Token), strict: true);
        vectors = new([new TokenPrompt([1, 2, 3]), new TextPrompt("ab")]) { Pooling = PoolingType.None, Dimensions = 2, MaxTokens = 2 };
        Assert.Equivalent(await _model.Engine.EmbedAsync(vectors, Token).ToListAsync(Token), await engine.EmbedAsync(vectors, Token).ToListAsync(Token), strict: true);
        var documents = new RerankRequest(new TextPrompt("q"), [.. Enumerable.Repeat(new TextPrompt("d"), 100)]) { MaxTokens = 9 };
        Assert.Equal(await _model.Engine.RerankAsync(documents, Token).ToListAsync(Token), await engine.RerankAsync(documents, Token).ToListAsync(Token));
        Assert.Equal((double[])[-1.5, -1.75], await engine.ScoreAsync([5, 6, 7], 1, Token));
    }

    [Fact]
    public async Task A_refusal_of_the_engine_arrives_with_all_its_parts_and_the_worker_lives_on()
    {
        await using var file = FakeWorker.Serve(_model);
        var failure = await Assert.ThrowsAsync<EngineException>(() => file.DetokenizeAsync([-1], Token));

        Assert.Equal((FailureCode.InvalidRequest, "A token is negative.", "0 to 299", "check the ids"), (failure.Code, failure.Message, failure.Expected, failure.Remedy));
        Assert.Equal("a", await file.DetokenizeAsync([97], Token));
    }

    [Fact]
    public async Task A_fault_of_the_engine_arrives_without_the_words_of_its_exception()
    {
        await using var file = FakeWorker.Serve(_model);
        var failure = await Assert.ThrowsAsync<EngineException>(() => file.RenderAsync(new("{}") { Template = "throw" }, Token));

        Assert.Equal(FailureCode.Internal, failure.Code);
        Assert.Contains(nameof(InvalidOperationException), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_mid_answer_comes_after_what_was_said_before()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        await using var answer = engine.GenerateAsync(new(new TextPrompt("fail")), Token).GetAsyncEnumerator(Token);

        Assert.True(await answer.MoveNextAsync());
        Assert.IsType<Admitted>(answer.Current);
        Assert.Equal(FailureCode.NotFinite, (await Assert.ThrowsAsync<EngineException>(async () => await answer.MoveNextAsync())).Code);
    }

    [Fact]
    public async Task A_model_file_that_cannot_be_opened_answers_every_request_with_the_reason()
    {
        var broken = new EngineException(FailureCode.InvalidModel, "The file starts otherwise.");
        await using var file = FakeWorker.Serve(() => new FakeWorker(() => throw broken));

        Assert.Equal(broken.Message, (await Assert.ThrowsAsync<EngineException>(() => file.InspectAsync(0, Token))).Message);
        Assert.Equal(FailureCode.InvalidModel, (await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(new(), null, Token))).Code);
    }

    [Fact]
    public async Task Of_a_file_that_cannot_be_used_its_host_says_the_name()
    {
        var broken = new EngineException(FailureCode.InvalidModel, "The file starts otherwise.", "another beginning", "Take another one.");
        await using var file = new WorkerModelFile(new(() => new FakeWorker(() => throw broken), FakeWorker.Usual), path: "/models/a.gguf");
        foreach (var ask in (Func<Task>[])[
            () => file.InspectAsync(0, Token), () => file.TokenizeAsync("a", false, Token), () => file.DetokenizeAsync([1], Token), () => file.RenderAsync(new("{}"), Token), () => file.LoadAsync(new(), null, Token)])
        {
            var failure = await Assert.ThrowsAsync<EngineException>(ask);
            Assert.Equal((FailureCode.InvalidModel, "/models/a.gguf: The file starts otherwise.", broken.Expected, broken.Remedy), (failure.Code, failure.Message, failure.Expected, failure.Remedy));
        }
    }

    [Fact]
    public async Task A_text_that_fits_no_frame_is_refused_with_the_limit_and_the_next_one_is_served()
    {
        await using var file = FakeWorker.Serve(_model);
        var failure = await Assert.ThrowsAsync<EngineException>(() => file.TokenizeAsync(new string('x', 17 << 20), false, Token));

        Assert.Equal(FailureCode.InvalidRequest, failure.Code);
        Assert.Contains("16 MiB", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, (await file.TokenizeAsync("abc", false, Token)).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public async Task A_text_at_the_limit_of_a_frame_is_served_or_refused_and_never_costs_the_worker(int over)
    {
        var worker = new FakeWorker(_model);
        await using var file = FakeWorker.Serve(() => worker);
        // The field takes five bytes besides the text: its tag and a length of four.
        var asked = await Record.ExceptionAsync(() => file.TokenizeAsync(new string('x', (16 << 20) - 5 + over), false, Token));

        Assert.Equal(FailureCode.InvalidRequest, (asked as EngineException)?.Code);
        Assert.Contains(over == 0 ? "an answer that fits one frame" : "a request of at most 16 MiB", (asked as EngineException)!.Expected, StringComparison.Ordinal);
        Assert.Equal(4, (await file.TokenizeAsync("abc", false, Token)).Count);
        Assert.False(worker.Served.IsCompleted);
    }

    [Fact]
    public async Task A_slip_of_the_caller_is_refused_and_does_not_cost_the_worker()
    {
        var worker = new FakeWorker(_model);
        await using var file = FakeWorker.Serve(() => worker);
        await using var engine = await file.LoadAsync(new(), null, Token);
        var request = new GenerationRequest(new TextPrompt("x"));
        GenerationRequest[] slips =
        [
            request with { Stop = [.. Enumerable.Repeat("a", 1025)] },
            request with { Prompt = new ChatPrompt([.. Enumerable.Repeat(new ChatMessage("user", ""), 16_385)]) },
            request with { CacheScope = new byte[31] },
        ];

        foreach (var slip in slips)
            Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(async () => await engine.GenerateAsync(slip, Token).CountAsync(Token))).Code);
        EmbeddingRequest[] strange = [new([.. Enumerable.Repeat(request.Prompt, 16_385)]), new([new ChatPrompt([])]), new([request.Prompt]) { Pooling = (PoolingType)9 }];
        foreach (var slip in strange)
            Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(async () => await engine.EmbedAsync(slip, Token).CountAsync(Token))).Code);
        Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(async () => await engine.RerankAsync(new(new ChatPrompt([]), [request.Prompt]), Token).CountAsync(Token))).Code);
        Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(() => file.MeasureMachineAsync(new([.. Enumerable.Repeat("F16", 65)]), Token))).Code);
        Assert.Equal(5, await engine.GenerateAsync(request with { Stop = [.. Enumerable.Repeat("a", 1024)], CacheScope = new byte[32] }, Token).CountAsync(Token));
        Assert.False(worker.Served.IsCompleted);
    }

    [Theory]
    [InlineData(2, 0, "")]
    [InlineData(0, -1, "")]
    [InlineData(0, 0, "long")]
    public async Task Load_options_that_no_worker_knows_are_refused(int kvType, int activations, string set)
    {
        await using var file = FakeWorker.Serve(_model);
        var options = new LoadOptions { KvType = (KvType)kvType, Activations = (ActivationType)activations, InstructionSet = set == "long" ? new('x', 2000) : null };
        Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(options, null, Token))).Code);
        Assert.Equal("a", await file.DetokenizeAsync([97], Token));
    }

    [Theory]
    [InlineData(65, 1f, 6)]
    [InlineData(1, float.NaN, 6)]
    [InlineData(2, float.NegativeInfinity, 6)]
    [InlineData(1, 1f, 1025)]
    public async Task Adapters_that_no_worker_would_take_are_refused_and_do_not_cost_the_worker(int count, float scale, int nameLength)
    {
        var worker = new FakeWorker(_model);
        await using var file = FakeWorker.Serve(() => worker);
        var options = new LoadOptions { Adapters = [.. Enumerable.Repeat(new AdapterUse(new('a', nameLength), scale), count)] };
        Assert.Equal(FailureCode.InvalidRequest, (await Assert.ThrowsAsync<EngineException>(() => file.LoadAsync(options, null, Token))).Code);
        Assert.Equal("a", await file.DetokenizeAsync([97], Token));
        Assert.False(worker.Served.IsCompleted);
    }

    [Fact]
    public async Task Disposing_the_file_ends_the_worker_and_frees_engine_and_file()
    {
        var worker = new FakeWorker(_model);
        var file = FakeWorker.Serve(() => worker);
        await file.LoadAsync(new(), null, Token);

        await file.DisposeAsync();

        Assert.Null(await worker.Served);
        Assert.True(_model.Disposed && _model.Engine.Disposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => file.InspectAsync(0, Token));
    }

    [Fact]
    public async Task A_disposed_engine_refuses_every_request()
    {
        var worker = new FakeWorker(_model);
        await using var file = FakeWorker.Serve(() => worker);
        var engine = await file.LoadAsync(new(), null, Token);
        await engine.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.StatsAsync(Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.ScoreAsync([1, 2], 1, Token));
    }

    sealed class Reports : IProgress<LoadProgress>
    {
        internal List<LoadProgress> Seen { get; } = [];

        public void Report(LoadProgress value) => Seen.Add(value);
    }
}
