using Hearth.Inference.KvCache;
using Hearth.Inference.ResponseParsing;
using Hearth.Inference.Scheduling;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Scheduling;

[Collection("kernels")]
public sealed class SchedulerTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_that_takes_pages_and_an_answer_that_is_promised_pages_never_get_the_same_ones()
    {
        using var model = TinyModel.Load(new() { ContextLength = 512 });
        using var scheduler = new Scheduler(model);
        var sequence = await scheduler.RunAloneAsync(_ => scheduler.TakeSequence(448));
        Assert.Equal(7, model.Pool.Used);

        var answer = Answer(maxTokens: 100);
        scheduler.Submit(answer);
        Assert.Equal(0, await scheduler.RunAloneAsync(_ => scheduler.Load.Running));
        await scheduler.RunAloneAsync(_ => Free(sequence));

        var said = await answer.Events.ReadAllAsync(Stop).ToListAsync(Stop).AsTask().WaitAsync(Soon, Stop);
        Assert.Equal(100, said.OfType<Delta>().Sum(delta => delta.Tokens.Count));
    }

    [Fact]
    public async Task Work_that_finds_no_room_beside_others_is_not_told_that_it_is_too_long()
    {
        using var model = TinyModel.Load(new() { ContextLength = 512 });
        using var scheduler = new Scheduler(model);
        var sequence = await scheduler.RunAloneAsync(_ => scheduler.TakeSequence(448));
        Assert.Equal(FailureCode.OutOfMemory, (await Assert.ThrowsAsync<EngineException>(() => scheduler.RunAloneAsync(_ => scheduler.TakeSequence(448)))).Code);
        await scheduler.RunAloneAsync(_ => Free(sequence));
        await scheduler.RunAloneAsync(_ => Free(scheduler.TakeSequence(448)));
    }

    [Fact]
    public async Task A_fault_of_the_engine_is_told_to_answers_and_to_work_that_waits()
    {
        using var model = TinyModel.Load(new() { ContextLength = 256 });
        using var scheduler = new Scheduler(model);
        Task<int>? waiting = null;
        model.Decoder.Observer = (_, _) =>
        {
            waiting ??= scheduler.RunAloneAsync(_ => 1);
            throw new InvalidOperationException("planted");
        };
        var answer = Answer(maxTokens: 1);

        scheduler.Submit(answer);

        var told = await Assert.ThrowsAsync<EngineException>(() => answer.Events.ReadAllAsync(Stop).CountAsync(Stop).AsTask().WaitAsync(Soon, Stop));
        Assert.Equal(FailureCode.Internal, told.Code);
        Assert.Equal(told.Message, (await Assert.ThrowsAsync<EngineException>(() => waiting!.WaitAsync(Soon, Stop))).Message);
        Assert.Throws<EngineException>(() => { _ = scheduler.RunAloneAsync(_ => 1); });
    }

    static Answer Answer(int maxTokens)
        => new(new(new TokenPrompt([1])) { MaxTokens = maxTokens, IgnoreEndOfText = true, UseCache = false }, new([1], new PlainParser(), new HashSet<int>()), TinyModel.Tokenizer(), 512, 1, "", TimeProvider.System, inlineEvents: false, Stop);

    static bool Free(CachedSequence sequence)
    {
        sequence.Truncate(0);
        return true;
    }
}
