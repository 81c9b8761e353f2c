using Hearth.Server.Access;
using Hearth.Server.Serving;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Serving;

public sealed class FairQueueTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 7)]
    public async Task Tokens_go_by_weight_whatever_each_sends(int weight, int otherWeight)
    {
        var queue = new FairQueue(2, 0, 1000, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var people = await People.MakeAsync(weight, otherWeight);
        // One sends short requests and one long ones; all wait from the beginning.
        var held = new[] { await queue.EnterAsync(people[0], 0, Stop), await queue.EnterAsync(people[1], 0, Stop) };
        var used = new long[2];
        var served = 0;
        var sizes = new[] { 10, 80 };
        var all = new List<Task>();
        for (var i = 0; i < 1200; i++)
            all.Add(AskAsync(i % 2));
        Array.ForEach(held, h => h.Dispose());
        await Task.WhenAll(all);
        Assert.InRange(used[1] / (double)otherWeight / (used[0] / (double)weight), 0.8, 1.25);

        async Task AskAsync(int who)
        {
            using var ticket = await queue.EnterAsync(people[who], 40, Stop);
            await Task.Yield();
            ticket.Tokens = sizes[who];
            // Only as long as both wait is there anything to share.
            if (Interlocked.Increment(ref served) < 500)
                Interlocked.Add(ref used[who], sizes[who]);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(10_000, 0)]
    [InlineData(10_000, 100_000)]
    public async Task Where_one_user_holds_all_places_and_wants_more_the_next_one_goes_to_another(long used, long before)
    {
        const int places = 16;
        var queue = new FairQueue(places, 0, 32, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var people = await People.MakeAsync(1, 1);
        // What was used while nobody else was there is held against nobody.
        (await queue.EnterAsync(people[1], before, Stop)).Dispose();
        var held = new List<FairQueue.Ticket>();
        for (var i = 0; i < places; i++)
            held.Add(await queue.EnterAsync(people[0], 256, Stop));
        var own = Enumerable.Range(0, places).Select(_ => queue.EnterAsync(people[0], 256, Stop)).ToList();
        var other = queue.EnterAsync(people[1], 256, Stop);
        held[0].Tokens = used;
        held[0].Dispose();
        using var turn = await other.WaitAsync(Patience.Longest, Stop);
        Assert.All(own, asked => Assert.False(asked.IsCompleted));
        held.ForEach(ticket => ticket.Dispose());
        foreach (var asked in own)
            (await asked).Dispose();
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    [InlineData(16, 4)]
    [InlineData(60, 4)]
    [InlineData(64, 0)]
    public void A_quarter_more_places_are_for_others_as_far_as_the_engine_goes_on_with_them(int parallel, int spare)
        => Assert.Equal(spare, new ServingLimits { Parallel = parallel }.Spare);

    [Fact]
    public async Task Whoever_is_next_and_holds_no_place_gets_one_of_the_spare_ones()
    {
        var queue = new FairQueue(2, 2, 1, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var people = await People.MakeAsync(1, 1, 1, 1);
        List<FairQueue.Ticket> held = [await queue.EnterAsync(people[0], 256, Stop), await queue.EnterAsync(people[0], 256, Stop)];
        // Whoever holds all places gets no spare one.
        var own = queue.EnterAsync(people[0], 256, Stop);
        Assert.Equal(429, (await Assert.ThrowsAsync<Refusal>(() => queue.EnterAsync(people[0], 256, Stop))).Status);
        held.Add(await queue.EnterAsync(people[1], 256, Stop).WaitAsync(Patience.Longest, Stop));
        var second = queue.EnterAsync(people[1], 256, Stop);
        held.Add(await queue.EnterAsync(people[2], 256, Stop).WaitAsync(Patience.Longest, Stop));
        var late = queue.EnterAsync(people[3], 256, Stop);
        Assert.Equal((4, 3), queue.Load);
        // What is freed beyond the usual places is again only for one who holds none.
        held[3].Dispose();
        held.Add(await late.WaitAsync(Patience.Longest, Stop));
        Assert.False(own.IsCompleted || second.IsCompleted);
        held.ForEach(ticket => ticket.Dispose());
        (await own).Dispose();
        (await second).Dispose();
        Assert.Equal((0, 0), queue.Load);
    }

    [Fact]
    public async Task Spare_places_are_for_those_who_are_next_and_give_nobody_more_than_their_share()
    {
        var queue = new FairQueue(1, 1, 1, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var people = await People.MakeAsync(1, 100);
        // The first has used far more than their share since the second is here.
        using var held = await queue.EnterAsync(people[1], 1, Stop);
        (await queue.EnterAsync(people[0], 10_000, Stop)).Dispose();
        using var gone = new CancellationTokenSource();
        var second = queue.EnterAsync(people[1], 1, gone.Token);
        var first = queue.EnterAsync(people[0], 1, Stop);
        Assert.Equal((1, 2), queue.Load);
        // A place that they may not take yet is no reason to let any number of them wait.
        Assert.Equal(429, (await Assert.ThrowsAsync<Refusal>(() => queue.EnterAsync(people[0], 1, Stop))).Status);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        (await first.WaitAsync(Patience.Longest, Stop)).Dispose();
    }

    [Fact]
    public async Task Too_many_waiting_are_told_to_come_back()
    {
        var queue = new FairQueue(1, 0, 2, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var people = await People.MakeAsync(1, 1);
        using var first = await queue.EnterAsync(people[0], 1, Stop);
        var waiting = Enumerable.Range(0, 2).Select(_ => queue.EnterAsync(people[0], 1, Stop)).ToList();
        var refusal = await Assert.ThrowsAsync<Refusal>(() => queue.EnterAsync(people[0], 1, Stop));
        Assert.Equal(429, refusal.Status);
        Assert.NotNull(refusal.RetryAfter);
        // Another user has a line of their own.
        var other = queue.EnterAsync(people[1], 1, Stop);
        Assert.Equal((1, 3), queue.Load);
        first.Dispose();
        await Task.WhenAll(waiting.Append(other).Select(async turn => (await turn).Dispose()));
        Assert.Equal((0, 0), queue.Load);
    }

    [Fact]
    public async Task Where_nobody_may_wait_whoever_comes_to_a_free_place_is_served()
    {
        var queue = new FairQueue(1, 0, 0, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var people = await People.MakeAsync(1, 1);
        using var first = await queue.EnterAsync(people[0], 1, Stop);
        Assert.Equal(429, (await Assert.ThrowsAsync<Refusal>(() => queue.EnterAsync(people[0], 1, Stop))).Status);
    }

    [Fact]
    public async Task Whoever_waits_too_long_or_goes_away_leaves_no_place_taken()
    {
        var clock = new ManualClock();
        var queue = new FairQueue(1, 0, 10, TimeSpan.FromSeconds(30), clock);
        await using var people = await People.MakeAsync(1, 1);
        var first = await queue.EnterAsync(people[0], 1, Stop);
        var late = queue.EnterAsync(people[0], 1, Stop);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(429, (await Assert.ThrowsAsync<Refusal>(() => late)).Status);
        using var gone = new CancellationTokenSource();
        var waiting = queue.EnterAsync(people[1], 1, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.Dispose();
        Assert.Equal((0, 0), queue.Load);
        (await queue.EnterAsync(people[1], 1, Stop)).Dispose();
    }

    [Fact]
    public async Task Whoever_was_away_gets_no_credit_for_it()
    {
        var queue = new FairQueue(1, 0, 1000, TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var people = await People.MakeAsync(1, 1);
        for (var i = 0; i < 100; i++)
            (await queue.EnterAsync(people[0], 10, Stop)).Dispose();
        using var first = await queue.EnterAsync(people[0], 10, Stop);
        var order = new List<int>();
        var turns = new List<Task>();
        for (var i = 0; i < 20; i++)
            turns.Add(AskAsync(i % 2));
        first.Dispose();
        await Task.WhenAll(turns);
        Assert.InRange(order.Take(10).Count(who => who == 1), 4, 6);

        async Task AskAsync(int who)
        {
            using var ticket = await queue.EnterAsync(people[who], 10, Stop);
            lock (order)
                order.Add(who);
        }
    }
}
