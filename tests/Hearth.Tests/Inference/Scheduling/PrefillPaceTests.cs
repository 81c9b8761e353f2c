using Hearth.Inference.Scheduling;

namespace Hearth.Tests.Inference.Scheduling;

public sealed class PrefillPaceTests
{
    const int Most = 512;

    [Fact]
    public void Prompts_have_the_whole_pass_where_nobody_reads() => Assert.Equal(Most, new PrefillPace(Most).Rows(0));

    [Theory]
    [InlineData(5, 0.7, 2, 16)]
    [InlineData(30, 2.5, 6, 16)]
    [InlineData(5, 0.02, 200, 400)]
    public void A_pass_with_a_prompt_settles_at_twice_the_time_of_one_without(double pass, double row, int least, int greatest)
    {
        var pace = new PrefillPace(Most);
        for (var i = 0; i < 10; i++)
            pace.Note(1, 0, TimeSpan.FromMilliseconds(pass));
        for (var i = 0; i < 40; i++)
            pace.Note(1, pace.Rows(1), TimeSpan.FromMilliseconds(pass + (row * pace.Rows(1))));
        Assert.InRange(pace.Rows(1), least, greatest);
    }

    [Fact]
    public void A_short_rest_of_a_prompt_teaches_nothing()
    {
        var pace = new PrefillPace(Most);
        pace.Note(1, 0, TimeSpan.FromMilliseconds(5));
        var rows = pace.Rows(1);
        pace.Note(1, 1, TimeSpan.FromMilliseconds(6));
        Assert.Equal(rows, pace.Rows(1));
    }

    [Fact]
    public void A_slow_moment_is_made_up_for()
    {
        var pace = new PrefillPace(Most);
        pace.Note(1, 0, TimeSpan.FromMilliseconds(5));
        for (var i = 0; i < 40; i++)
            pace.Note(1, pace.Rows(1), TimeSpan.FromSeconds(10));
        for (var i = 0; i < 40; i++)
            pace.Note(1, pace.Rows(1), TimeSpan.FromMilliseconds(5 + (0.02 * pace.Rows(1))));
        Assert.InRange(pace.Rows(1), 200, 400);
    }

    [Fact]
    public void There_is_always_room_for_some_rows()
    {
        var pace = new PrefillPace(Most);
        pace.Note(1, 0, TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 40; i++)
            pace.Note(1, pace.Rows(1), TimeSpan.FromSeconds(10));
        Assert.InRange(pace.Rows(1), 1, 8);
    }
}
