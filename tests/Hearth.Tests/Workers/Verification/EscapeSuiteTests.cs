using Hearth.Confinement;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Confinement;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;
using Hearth.Workers.Client;
using Hearth.Workers.Verification;
using TemporaryFolder = Hearth.Tests.Confinement.TemporaryFolder;

namespace Hearth.Tests.Workers.Verification;

/// <summary>The suite against jails that aren't what they should be; <see cref="EscapeTests"/> runs it against the real one.</summary>
public sealed class EscapeSuiteTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    static readonly WorkerProgram Probe = WorkerProgram.FindProbe(AppContext.BaseDirectory);

    [Fact]
    public async Task A_jail_with_one_rule_too_many_is_named_and_is_exit_code_1()
    {
        var open = Probe with { Paths = [.. Probe.Paths, new("/etc/passwd", PathAccess.Read)] };
        using var cli = new CliRun { Verify = (progress, cancellation) => ConfinementVerification.RunAsync(open, TimeProvider.System, progress, cancellation) };
        Assert.Equal(1, await cli.RunAsync("verify", "confinement"));
        Assert.Contains("1 NOT DENIED: read /etc/passwd.", cli.Output, StringComparison.Ordinal);
        Assert.Contains("possible from: main, thread, pool, await, timer, finalizer, pthread", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_comes_to_its_end()
    {
        var heard = new List<LoadProgress>();
        await ConfinementVerification.RunAsync(Probe, TimeProvider.System, new Heard(heard), Token);
        Assert.Equal(heard[^1].Total, heard[^1].Done);
        Assert.Equal(heard.Select(h => h.Done).Order(), heard.Select(h => h.Done));
    }

    [Fact]
    public async Task A_probe_that_ends_before_it_is_done_is_no_proof()
    {
        var other = WorkerProgram.At(ProbeProgram.Executable + ".dll");
        var failure = await Assert.ThrowsAsync<EngineException>(() => ConfinementVerification.RunAsync(other, TimeProvider.System, null, Token));
        Assert.Contains("ended before it was done: exit code 64", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_that_has_gone_before_it_is_told_anything_is_no_proof()
    {
        using var gone = ProbeProcess.Start(Probe with { Executable = "/bin/sh", Arguments = ["-c", "exit 3"] }, "target", [], confine: false);
        await gone.EndAsync(Token);
        await gone.TellAsync(["a word"], Token);
        var failure = await Assert.ThrowsAsync<EngineException>(() => gone.MustHearAsync(Token));
        Assert.Contains("ended before it was done: exit code 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_that_never_answers_is_ended_when_the_time_is_up()
    {
        var clock = new ManualClock();
        using var suite = new EscapeSuite(Silent, clock, null, Token);
        var running = suite.RunAsync();
        await AsleepAsync();
        clock.Advance(TimeSpan.FromMinutes(5));
        var failure = await Assert.ThrowsAsync<EngineException>(() => running.WaitAsync(Patience.Longest, Token));
        Assert.Contains("was not done after 300 seconds", failure.Message, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => !Sleepers().Any(), "the probe has ended");
    }

    [Fact]
    public async Task A_probe_that_never_answers_is_ended_when_its_user_gives_up()
    {
        using var stop = new CancellationTokenSource();
        var running = ConfinementVerification.RunAsync(Silent, TimeProvider.System, null, stop.Token);
        await AsleepAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience.Longest, Token));
        await Eventually.HoldsAsync(() => !Sleepers().Any(), "the probe has ended");
    }

    [Fact]
    public async Task An_ordinary_control_that_ends_early_is_no_control()
    {
        var early = Probe with
        {
            Executable = "/bin/sh",
            Arguments = ["-c", "case \"$*\" in *ordinary) exit 3;; esac; exec \"$0\" \"$@\"", Probe.Executable, .. Probe.Arguments],
            Paths = [.. Probe.Paths, new("/bin/sh", PathAccess.ReadExecute)],
        };
        var failure = await Assert.ThrowsAsync<EngineException>(() => ConfinementVerification.RunAsync(early, TimeProvider.System, null, Token));
        Assert.Contains("started as any program ended before it was done: exit code 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_native_worker_is_not_tested_by_a_managed_probe()
    {
        using var folder = new TemporaryFolder();
        folder.Write("hearth-probe.dll", "");
        folder.Write("hearth-worker", "");
        Assert.Contains("is native, the probe of its confinement is managed", Assert.Throws<EngineException>(() => WorkerProgram.FindProbe(folder.Path)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder.Path, "hearth-probe.dll"));
        Assert.Contains("hearth-probe was not found", Assert.Throws<EngineException>(() => WorkerProgram.FindProbe(folder.Path)).Message, StringComparison.Ordinal);
        folder.Write("hearth-probe", "");
        Assert.Equal(Path.Combine(folder.Path, "hearth-probe"), WorkerProgram.FindProbe(folder.Path).Executable);
    }

    /// <summary>Sleeps for a time that nobody else sleeps for, whatever it is asked.</summary>
    static WorkerProgram Silent => Probe with { Executable = "/bin/sh", Arguments = ["-c", $"exec /bin/sleep {Sleep}"] };

    static string Sleep { get; } = $"{100_000 + Environment.ProcessId}";

    /// <summary>Until its host waits for an answer too: a read that hasn't begun is no test, since that can be cancelled.</summary>
    static async Task AsleepAsync()
    {
        while (!Sleepers().Any())
            await Task.Delay(10, Token);
        await Task.Delay(200, Token);
    }

    static IEnumerable<string> Sleepers() => Directory.GetDirectories("/proc").Where(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(Sleep, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No process, or one that has just ended.
            return false;
        }
    });

    sealed class Heard(List<LoadProgress> all) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => all.Add(value);
    }
}
