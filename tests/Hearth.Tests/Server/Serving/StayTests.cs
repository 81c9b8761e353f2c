using Hearth.Server.Serving;

namespace Hearth.Tests.Server.Serving;

/// <summary>A model stays as long as any of its users wants it.</summary>
public sealed class StayTests
{
    const long Alice = 1, Bob = 2;

    static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    readonly Stay _stay = new(Usual);

    [Fact]
    public void Who_does_not_ask_keeps_it_for_the_usual_time()
    {
        Assert.Equal(Noon, _stay.Until(Noon));
        _stay.End(Alice, Noon);
        Assert.Equal(Noon + Usual, _stay.Until(Noon));
    }

    [Fact]
    public void The_longest_time_counts_from_the_end_of_its_own_users_last_request()
    {
        _stay.Ask(Alice, TimeSpan.FromMinutes(8));
        _stay.End(Alice, Noon);
        _stay.End(Bob, Noon + TimeSpan.FromMinutes(1));
        Assert.Equal(Noon + TimeSpan.FromMinutes(8), _stay.Until(Noon + TimeSpan.FromMinutes(1)));
        _stay.End(Bob, Noon + TimeSpan.FromMinutes(4));
        Assert.Equal(Noon + TimeSpan.FromMinutes(9), _stay.Until(Noon + TimeSpan.FromMinutes(4)));
    }

    [Fact]
    public void Nobody_shortens_the_time_of_another()
    {
        _stay.End(Bob, Noon);
        _stay.Ask(Alice, TimeSpan.Zero);
        _stay.End(Alice, Noon);
        Assert.Equal(Noon + Usual, _stay.Until(Noon));
        _stay.Ask(Bob, TimeSpan.Zero);
        _stay.End(Bob, Noon);
        Assert.Equal(Noon, _stay.Until(Noon));
    }

    [Fact]
    public void Whoever_runs_the_server_asks_for_all()
    {
        _stay.Ask(Bob, Stay.ForEver);
        _stay.End(Bob, Noon);
        _stay.AskForAll(TimeSpan.Zero);
        Assert.Equal(Noon, _stay.Until(Noon));
        // Who is still at it gets no more time either.
        _stay.End(Bob, Noon);
        Assert.Equal(Noon, _stay.Until(Noon));
    }

    [Fact]
    public void A_time_that_does_not_end_can_be_computed_with()
    {
        _stay.Ask(Alice, TimeSpan.MaxValue);
        _stay.End(Alice, Noon);
        Assert.Equal(Noon + Stay.ForEver, _stay.Until(Noon));
    }
}
