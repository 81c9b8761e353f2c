using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;
using Hearth.WorkerDouble;
using Hearth.Workers.Client;

namespace Hearth.Tests.Workers.Client;

public sealed class FlowControlTests : IAsyncDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly FakeModel _model = new();

    public ValueTask DisposeAsync() => _model.DisposeAsync();

    [Fact]
    public async Task A_reader_that_stalls_stops_its_own_answer_and_nobody_elses()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        var long_ = new GenerationRequest(new TextPrompt("long")) { MaxTokens = 500 };
        await using var stalled = engine.GenerateAsync(long_, Token).GetAsyncEnumerator(Token);
        Assert.True(await stalled.MoveNextAsync());

        // Others come through while nothing is read of the first one, many times its credit.
        for (var i = 0; i < 20; i++)
            Assert.Equal(12, await engine.GenerateAsync(new(new TextPrompt("x")) { MaxTokens = 10 }, Token).CountAsync(Token));

        Assert.InRange(_model.Engine.Made, 200, 200 + 64 + 1);
        var rest = 0;
        while (await stalled.MoveNextAsync())
            rest++;
        Assert.Equal(501, rest);
    }

    [Fact]
    public async Task A_question_is_answered_while_as_many_streams_are_open_as_can_be()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        var open = Enumerable.Range(0, WorkerLink.MostStreams).Select(_ => engine.GenerateAsync(new(new TextPrompt("block")), Token).GetAsyncEnumerator(Token)).ToList();
        foreach (var answer in open)
            Assert.True(await answer.MoveNextAsync());

        // Whoever reads such a stream asks for the texts of its tokens, and goes on only then.
        Assert.Equal("a", await file.DetokenizeAsync([97], Token).WaitAsync(Patience.Longest, Token));
        foreach (var answer in open)
            await answer.DisposeAsync();
    }

    [Fact]
    public async Task Many_answers_at_once_arrive_whole_and_in_order()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        var request = new GenerationRequest(new TextPrompt("x")) { MaxTokens = 300 };
        var expected = string.Concat(Enumerable.Range(0, 300).Select(i => "é" + i));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
            string.Concat(await engine.GenerateAsync(request, Token).OfType<Delta>().Select(d => d.Text.Reveal()).ToListAsync(Token))));

        Assert.All(answers, a => Assert.Equal(expected, a));
    }

    [Fact]
    public async Task Thoughts_and_calls_arrive_without_a_token_and_what_carries_nothing_is_left_out()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        var call = new ToolCall("id", "f", "{}");
        _model.Engine.Scripts.Enqueue(
        [
            new Admitted(1, 0, TimeSpan.Zero),
            new Delta("", [], []),
            new Delta("", [], []) { Reasoning = "hm" },
            new Delta("", [], []) { ToolCalls = [call] },
            new Completed(FinishReason.ToolCalls, null, 1, 0, 1, new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), 1, "1"),
        ]);
        var said = await engine.GenerateAsync(new(new TextPrompt("x")), Token).OfType<Delta>().ToListAsync(Token);
        Assert.Equal(2, said.Count);
        Assert.Equal("hm", said[0].Reasoning);
        Assert.Equal(call, said[1].ToolCalls.Single());
    }

    [Fact]
    public async Task Neither_many_calls_nor_a_long_name_in_an_answer_cost_the_worker()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        var (calls, name) = (Enumerable.Range(0, 2500).Select(i => new ToolCall($"{i}", "f", "{}")).ToList(), new string('n', 5000));
        _model.Engine.Scripts.Enqueue(
        [
            new Admitted(1, 0, TimeSpan.Zero),
            new Delta("so", [1], []) { ToolCalls = calls },
            new Completed(FinishReason.IncompleteToolCall, null, 1, 0, 1, new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), 1, "1") { IncompleteToolCall = name },
        ]);
        var said = await engine.GenerateAsync(new(new TextPrompt("x")), Token).ToListAsync(Token);
        Assert.Equal(calls, said.OfType<Delta>().SelectMany(d => d.ToolCalls));
        Assert.Equal(("so", 1), (string.Concat(said.OfType<Delta>().Select(d => d.Text.Reveal())), said.OfType<Delta>().Sum(d => d.Tokens.Count)));
        Assert.Equal(name, Assert.IsType<Completed>(said[^1]).IncompleteToolCall);
    }

    [Fact]
    public async Task Cancelling_reaches_the_engine_and_the_link_stays_usable()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var said in engine.GenerateAsync(new(new TextPrompt("block")), cancel.Token))
                await cancel.CancelAsync();
        });

        await Eventually.HoldsAsync(() => _model.Engine.Cancellations == 1, "the engine was cancelled");
        Assert.Equal(5, await engine.GenerateAsync(new(new TextPrompt("x")), Token).CountAsync(Token));
    }

    [Fact]
    public async Task Leaving_an_answer_early_cancels_it()
    {
        await using var file = FakeWorker.Serve(_model);
        await using var engine = await file.LoadAsync(new(), null, Token);
        await foreach (var said in engine.GenerateAsync(new(new TextPrompt("block")), Token))
            break;

        await Eventually.HoldsAsync(() => _model.Engine.Cancellations == 1, "the engine was cancelled");
    }
}
