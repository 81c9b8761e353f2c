using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;
using Hearth.WorkerDouble;
using Hearth.Workers.Client;
using Hearth.Workers.Supervision;

namespace Hearth.Tests.Workers.Supervision;

/// <summary>Workers that die, hang, stand still or grow, with a clock that only the test moves.</summary>
public sealed class SupervisionTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    static readonly GenerationRequest Block = new(new TextPrompt("block"));
    static readonly GenerationRequest Short = new(new TextPrompt("x"));

    /// <summary>Silence is no matter where the clock runs faster than the threads.</summary>
    WorkerOptions Patient => Usual with { SilenceLimit = TimeSpan.FromDays(1) };

    WorkerOptions Usual => FakeWorker.Usual with { Clock = _clock };

    readonly FakeModel _model = new();
    readonly ManualClock _clock = new();
    readonly List<FakeWorker> _workers = [];

    public ValueTask DisposeAsync() => _model.DisposeAsync();

    [Fact]
    public async Task An_answer_that_a_worker_did_not_live_to_finish_fails_with_the_reason_and_the_next_one_comes_from_a_new_worker()
    {
        await using var file = FakeWorker.Serve(Start, Usual);
        await using var engine = await file.LoadAsync(new() { ContextLength = 100 }, null, Token);
        await using var answer = engine.GenerateAsync(Block, Token).GetAsyncEnumerator(Token);
        Assert.True(await answer.MoveNextAsync());

        _workers[0].Die(new(null, 9, null));

        var failure = await Assert.ThrowsAsync<EngineException>(async () => await answer.MoveNextAsync());
        Assert.Equal(FailureCode.WorkerLost, failure.Code);
        Assert.Contains("SIGKILL", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ask again", failure.Remedy, StringComparison.Ordinal);

        Assert.Equal(5, await engine.GenerateAsync(Short, Token).CountAsync(Token));
        Assert.Equal(2, _workers.Count);
        Assert.Equal(100, _model.Options!.ContextLength);
    }

    [Fact]
    public async Task A_worker_that_was_lost_while_nobody_asked_is_replaced_without_a_word()
    {
        await using var supervisor = new WorkerSupervisor(Start, Usual);
        var link = await supervisor.LinkAsync(Token);
        _workers[0].Die(new(null, 9, null));
        await link.Ended;

        Assert.NotSame(link, await supervisor.LinkAsync(Token));
        Assert.Equal(2, _workers.Count);
    }

    [Fact]
    public async Task A_worker_that_is_lost_between_its_greeting_and_the_load_is_replaced_and_the_new_one_loads()
    {
        await using var supervisor = new WorkerSupervisor(Start, Usual);
        var link = await supervisor.LinkAsync(Token);
        _workers[0].Die(new(null, 9, null));
        await link.Ended;

        await using var file = new WorkerModelFile(supervisor);
        await using var engine = await file.LoadAsync(new() { ContextLength = 100 }, null, Token);
        Assert.Equal(5, await engine.GenerateAsync(Short, Token).CountAsync(Token));
        Assert.Equal(2, _workers.Count);
    }

    [Fact]
    public async Task A_worker_hears_nothing_before_the_greeting_however_often_it_is_looked_at()
    {
        await using var file = FakeWorker.Serve(Start, FakeWorker.Usual with { WatchInterval = TimeSpan.Zero });
        Assert.Equal("a", await file.DetokenizeAsync([97], Token));
        Assert.Single(_workers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_reads_on_the_links_thread_may_see_the_worker_die_there_or_let_it_go(bool dies)
    {
        var file = FakeWorker.Serve(Start, FakeWorker.Usual with { InlineReplies = true });
        await using var engine = await file.LoadAsync(new(), null, Token);
        Assert.Equal("worker link", await ReadAsync().WaitAsync(Patience.Longest, Token));
        await file.DisposeAsync().AsTask().WaitAsync(Patience.Longest, Token);

        async Task<string?> ReadAsync()
        {
            await using var answer = engine.GenerateAsync(new(new TextPrompt("x")) { MaxTokens = 500 }, Token).GetAsyncEnumerator(Token);
            // The first replies may have come before anybody waits for them; not all of them.
            do
                Assert.True(await answer.MoveNextAsync());
            while (Thread.CurrentThread.Name != "worker link");
            var thread = Thread.CurrentThread.Name;
            if (dies)
                _workers[0].Die(new(null, 9, null));
            else
                await file.DisposeAsync();
            var failure = await Assert.ThrowsAsync<EngineException>(async () =>
            {
                while (await answer.MoveNextAsync())
                {
                }
            });
            Assert.Contains(dies ? "SIGKILL" : "shut down", failure.Message, StringComparison.Ordinal);
            return thread;
        }
    }

    [Fact]
    public async Task Whoever_still_reads_when_the_model_is_closed_hears_so_and_nothing_bad_of_the_worker()
    {
        var file = FakeWorker.Serve(Start, Usual);
        await using var engine = await file.LoadAsync(new(), null, Token);
        await using var answer = engine.GenerateAsync(Block, Token).GetAsyncEnumerator(Token);
        Assert.True(await answer.MoveNextAsync());

        await file.DisposeAsync();

        var failure = await Assert.ThrowsAsync<EngineException>(async () => await answer.MoveNextAsync());
        Assert.Equal(("The worker was shut down.", "open the model again"), (failure.Message, failure.Remedy));
    }

    [Fact]
    public async Task Where_a_death_a_request_and_a_stop_meet_each_of_them_ends()
    {
        for (var i = 0; i < 200; i++)
        {
            var file = FakeWorker.Serve(Start, FakeWorker.Usual with { InlineReplies = i % 2 == 0 });
            var engine = await file.LoadAsync(new(), null, Token);
            var worker = _workers[^1];
            Func<Task>[] meeting =
            [
                () => Task.Run(() => worker.Die(new(null, 9, null)), Token),
                () => Task.Run(async () => await Record.ExceptionAsync(async () => await engine.GenerateAsync(i % 3 == 0 ? Block : Short, Token).CountAsync(Token)), Token),
                () => Task.Run(async () => await file.DisposeAsync(), Token),
            ];
            // Each of them comes first once.
            await Task.WhenAll(Enumerable.Range(i, meeting.Length).Select(j => meeting[j % meeting.Length]())).WaitAsync(Patience.Longest, Token);
            Assert.All(_workers, w => Assert.True(w.Disposed));
        }
    }

    [Theory]
    [InlineData(null, 11, "SIGSEGV")]
    [InlineData(null, 31, "SIGSYS")]
    [InlineData(null, 7, "model file became shorter")]
    [InlineData(null, 8, "was ended: signal 8 (arithmetic fault)")]
    [InlineData(null, 64, "was ended: signal 64")]
    [InlineData(134, null, "exit code 134")]
    [InlineData(0, null, "exit code 0")]
    public async Task The_end_of_a_worker_is_explained(int? code, int? signal, string words)
    {
        await using var file = FakeWorker.Serve(Start, Usual);
        await using var engine = await file.LoadAsync(new(), null, Token);
        await using var answer = engine.GenerateAsync(Block, Token).GetAsyncEnumerator(Token);
        await answer.MoveNextAsync();
        _workers[0].Die(new(code, signal, null));

        var failure = await Assert.ThrowsAsync<EngineException>(async () => await answer.MoveNextAsync());
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_does_not_answer_pings_is_ended()
    {
        // A link that nobody serves: greetings come from the test, pongs never.
        await using var file = await GreetedAsync(() => Add(FakeWorker.Deaf()));
        using var end = _clock.GoOnAtTheEnd();
        var tokens = file.TokenizeAsync("x", false, Token);
        await _clock.AdvanceUntilAsync(() => tokens.IsCompleted, TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<EngineException>(() => tokens);
        Assert.Contains("no sign of life for 30 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_not_even_a_kill_ends_holds_up_nobody()
    {
        var file = await GreetedAsync(() => Add(FakeWorker.Deaf(immortal: true)));
        using var end = _clock.GoOnAtTheEnd();
        var tokens = file.TokenizeAsync("x", false, Token);
        await _clock.AdvanceUntilAsync(() => tokens.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.Contains("no sign of life", (await Assert.ThrowsAsync<EngineException>(() => tokens)).Message, StringComparison.Ordinal);

        var disposing = file.DisposeAsync().AsTask();
        await _clock.AdvanceUntilAsync(() => disposing.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.True(_workers[0].Disposed);
    }

    [Fact]
    public async Task A_worker_that_does_not_greet_is_ended()
    {
        await using var file = FakeWorker.Serve(() => Add(FakeWorker.Silent()), Usual);
        using var end = _clock.GoOnAtTheEnd();
        var tokens = file.TokenizeAsync("x", false, Token);
        await _clock.AdvanceUntilAsync(() => tokens.IsCompleted, TimeSpan.FromSeconds(10));

        Assert.Contains("did not answer within 30 seconds of its start", (await Assert.ThrowsAsync<EngineException>(() => tokens)).Message, StringComparison.Ordinal);
        Assert.All(_workers, w => Assert.True(w.Disposed));
    }

    [Fact]
    public async Task A_worker_that_answers_pings_but_gets_nowhere_is_ended_after_longer()
    {
        await using var file = FakeWorker.Serve(Start, Patient);
        await using var engine = await file.LoadAsync(new(), null, Token);
        using var end = _clock.GoOnAtTheEnd();
        var answer = engine.GenerateAsync(Block, Token).CountAsync(Token).AsTask();

        await _clock.AdvanceUntilAsync(() => answer.IsCompleted, TimeSpan.FromSeconds(10));

        Assert.Contains("no progress for 300 seconds", (await Assert.ThrowsAsync<EngineException>(() => answer)).Message, StringComparison.Ordinal);
        Assert.True(_clock.Elapsed.TotalSeconds >= 300);
    }

    [Fact]
    public async Task A_worker_whose_reader_stalls_or_that_nobody_asks_may_stand_still()
    {
        await using var file = FakeWorker.Serve(Start, Patient);
        await using var engine = await file.LoadAsync(new(), null, Token);
        using var end = _clock.GoOnAtTheEnd();
        await using var stalled = engine.GenerateAsync(new(new TextPrompt("x")) { MaxTokens = 500 }, Token).GetAsyncEnumerator(Token);
        Assert.True(await stalled.MoveNextAsync());
        // A worker that still has something to say may not stand still: time passes once it has said all that was granted, and waits with the next piece.
        await Eventually.HoldsAsync(() => _model.Engine.Made == 65, "the worker waits for its reader");

        await _clock.AdvanceUntilAsync(() => _clock.Elapsed.TotalSeconds > 2000, TimeSpan.FromSeconds(10));
        var rest = 0;
        while (await stalled.MoveNextAsync())
            rest++;
        Assert.Equal(501, rest);

        await _clock.AdvanceUntilAsync(() => _clock.Elapsed.TotalSeconds > 4000, TimeSpan.FromSeconds(10));
        Assert.Equal("a", await file.DetokenizeAsync([97], Token));
        Assert.Single(_workers);
    }

    [Fact]
    public async Task A_worker_that_grows_over_its_limit_is_ended_and_the_figures_are_told()
    {
        await using var file = FakeWorker.Serve(Start, Patient with { MemoryLimit = 100 << 20 });
        await using var engine = await file.LoadAsync(new(), null, Token);
        using var end = _clock.GoOnAtTheEnd();
        var answer = engine.GenerateAsync(Block, Token).CountAsync(Token).AsTask();
        _workers[0].Anonymous = 123 << 20;

        await _clock.AdvanceUntilAsync(() => answer.IsCompleted, TimeSpan.FromSeconds(1));

        var failure = await Assert.ThrowsAsync<EngineException>(() => answer);
        Assert.Equal(("The worker took 123 MiB of memory and was ended.", "at most 100 MiB"), (failure.Message, failure.Expected));
    }

    [Fact]
    public async Task Workers_that_are_lost_too_often_are_not_replaced_until_some_time_has_passed()
    {
        await using var file = FakeWorker.Serve(Start, Usual);
        await using var engine = await file.LoadAsync(new(), null, Token);
        for (var i = 0; i < 3; i++)
        {
            await using var answer = engine.GenerateAsync(Block, Token).GetAsyncEnumerator(Token);
            await answer.MoveNextAsync();
            _workers[i].Die(new(null, 11, null));
            await Assert.ThrowsAsync<EngineException>(async () => await answer.MoveNextAsync());
        }

        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<EngineException>(() => engine.StatsAsync(Token));
            Assert.Contains("lost 3 times within 5 minutes", failure.Message, StringComparison.Ordinal);
            Assert.Contains("SIGSEGV", failure.Message, StringComparison.Ordinal);
        }

        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(5, await engine.GenerateAsync(Short, Token).CountAsync(Token));
        Assert.Equal(4, _workers.Count);
    }

    [Fact]
    public async Task Workers_that_are_lost_while_they_load_again_count_too()
    {
        await using var file = FakeWorker.Serve(() => _workers.Count == 0 ? Start() : Add(FakeWorker.Leaving()), Usual);
        await using var engine = await file.LoadAsync(new(), null, Token);
        _workers[0].Die(new(null, 9, null));

        EngineException? failure = null;
        for (var i = 0; i < 10; i++)
            failure = await Assert.ThrowsAsync<EngineException>(() => engine.StatsAsync(Token));

        Assert.Equal(3, _workers.Count);
        Assert.Contains("lost 3 times within 5 minutes", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_that_never_greet_count_too()
    {
        await using var file = FakeWorker.Serve(() => Add(FakeWorker.Noise()), Usual);
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAsync<EngineException>(() => file.TokenizeAsync("x", false, Token));
        Assert.Equal(3, _workers.Count);
    }

    [Fact]
    public async Task An_engine_that_was_disposed_starts_no_worker()
    {
        await using var file = FakeWorker.Serve(Start, Usual);
        var engine = await file.LoadAsync(new(), null, Token);
        await engine.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.StatsAsync(Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await engine.GenerateAsync(Short, Token).CountAsync(Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await engine.LogitsAsync([1], false, Token).CountAsync(Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await engine.MeasureAsync(new(1, 1, 1), Token).CountAsync(Token));
        Assert.Single(_workers);
        await engine.DisposeAsync();
        Assert.Equal("a", await file.DetokenizeAsync([97], Token));
    }

    [Fact]
    public async Task A_worker_that_breaks_the_protocol_is_ended_and_the_rule_is_named()
    {
        await using var file = FakeWorker.Serve(() => Add(FakeWorker.Noise()), Usual);

        var failure = await Assert.ThrowsAsync<EngineException>(() => file.TokenizeAsync("x", false, Token));
        Assert.Equal(FailureCode.WorkerLost, failure.Code);
        Assert.Contains("broke the protocol", failure.Message, StringComparison.Ordinal);
        Assert.Contains("is no kind of frame", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_ends_while_it_writes_is_not_said_to_have_broken_the_protocol()
    {
        await using var file = FakeWorker.Serve(() => Add(FakeWorker.Torn()), Usual);

        var failure = await Assert.ThrowsAsync<EngineException>(() => file.TokenizeAsync("x", false, Token));
        Assert.Contains("ended by itself: exit code 0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_memory_for_what_a_worker_says_ends_the_worker_and_lives_on()
    {
        var starved = true;
        await using var file = FakeWorker.Serve(() => starved ? new StarvedLink(Start()) : Start(), Usual);

        var failure = await Assert.ThrowsAsync<EngineException>(() => file.TokenizeAsync("x", false, Token));
        Assert.Equal(FailureCode.WorkerLost, failure.Code);
        Assert.Contains("OutOfMemoryException", failure.Message, StringComparison.Ordinal);
        Assert.True(_workers[0].ExitAsync().IsCompleted, "the worker lives");

        starved = false;
        Assert.Equal("a", await file.DetokenizeAsync([97], Token));
    }

    [Fact]
    public async Task A_host_that_breaks_the_protocol_ends_the_service_with_the_rule()
    {
        using var worker = new FakeWorker(_model);
        worker.Link.Write(new byte[100]);
        Assert.Contains("is no kind of frame", await worker.Served, StringComparison.Ordinal);
    }

    /// <summary>A file whose worker has greeted while the clock stood still: from then on it may run faster than the threads.</summary>
    async Task<WorkerModelFile> GreetedAsync(Func<FakeWorker> start)
    {
        var supervisor = new WorkerSupervisor(start, Usual);
        await supervisor.LinkAsync(Token);
        return new(supervisor);
    }

    FakeWorker Start() => Add(new FakeWorker(_model));

    FakeWorker Add(FakeWorker worker)
    {
        _workers.Add(worker);
        return worker;
    }
}
