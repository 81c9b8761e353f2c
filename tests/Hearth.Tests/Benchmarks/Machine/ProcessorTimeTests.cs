using Hearth.Benchmarks.Machine;

namespace Hearth.Tests.Benchmarks.Machine;

public sealed class ProcessorTimeTests
{
    // proc(5): user nice system idle iowait irq softirq steal guest guest_nice; guests are part of user.
    const string Machine = "cpu  100 10 20 800 40 5 5 20 50 0";

    [Fact]
    public void Idle_and_waiting_are_not_busy_and_stolen_time_is()
        => Assert.Equal(new ProcessorTime(1000, 160, 10), ProcessorTime.Parse(Machine, Self(1, 2, 3, 4)));

    [Fact]
    public void A_program_name_with_spaces_and_parentheses_does_not_shift_the_fields()
        => Assert.Equal(10, ProcessorTime.Parse(Machine, Self(1, 2, 3, 4, name: "a) b (c")).Own);

    [Fact]
    public void Others_used_what_was_busy_without_us()
    {
        var start = new ProcessorTime(1000, 160, 10);
        Assert.Equal(0.25, new ProcessorTime(1200, 260, 60).UsedByOthersSince(start), 12);
    }

    [Fact]
    public void Rounding_of_clock_ticks_never_gives_a_negative_share()
        => Assert.Equal(0, new ProcessorTime(1200, 200, 60).UsedByOthersSince(new ProcessorTime(1000, 160, 10)));

    static string Self(int user, int system, int childrenUser, int childrenSystem, string name = "program")
        => $"4711 ({name}) R 1 2 3 4 5 6 7 8 9 10 {user} {system} {childrenUser} {childrenSystem} 20 0 1";
}
