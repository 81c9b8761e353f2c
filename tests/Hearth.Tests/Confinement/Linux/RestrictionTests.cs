using Hearth.Confinement.Linux;

namespace Hearth.Tests.Confinement.Linux;

/// <summary>What a start answered, read back.</summary>
public sealed class RestrictionTests
{
    const int AnyRuleset = 5;

    [Fact]
    public void Before_a_start_there_is_no_listener_and_nothing_is_closed_for_one()
    {
        using var arena = new NativeArena();
        var restriction = new Restriction(arena, AnyRuleset, closeOthers: true);
        Assert.Null(restriction.Listener);
        Assert.All(restriction.Answers, answer => Assert.True(answer < 0));
    }

    /// <summary>A host whose standard input is closed can get number 0 for its listener; without it the denied calls of the worker would wait for nobody.</summary>
    [Fact]
    public void A_listener_can_be_descriptor_0()
    {
        using var arena = new NativeArena();
        var restriction = new Restriction(arena, AnyRuleset, closeOthers: true);
        restriction.Answers.AsSpan().Clear();
        var listener = Assert.IsType<Microsoft.Win32.SafeHandles.SafeFileHandle>(restriction.Listener);
        Assert.Equal(0, listener.DangerousGetHandle());
        // It is the tests' own standard input.
        listener.SetHandleAsInvalid();
    }

    [Fact]
    public void A_start_that_fails_early_says_of_no_later_step_that_it_was_taken()
    {
        const int noSuchCall = 100_000;
        var answers = new int[3];
        Trampoline.Step[] steps = [new("first", (nint)SystemCalls.Current["prctl"], LibC.NoNewPrivileges, 1), new("second", noSuchCall), new("third", noSuchCall)];
        Assert.Throws<Hearth.Confinement.ConfinementException>(() => Trampoline.Start(steps, default, answers));
        Assert.Equal([0, -Errno.NoSystemCall, -1], answers);
    }
}
