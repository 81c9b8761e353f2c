using System.Text.Json;
using Hearth.Confinement;

namespace Hearth.Tests.Confinement;

/// <summary>Whatever is missing or fails, no worker runs with less than it should: either none is started, with a reason, or it ends.</summary>
public sealed class FailClosedTests
{
    const string CannotConfine = "This machine can't confine the worker, so it was not started.", NotStarted = "The worker was not started:";

    /// <summary>A host whose kernel makes one call fail, by a filter of its own.</summary>
    [Theory]
    [InlineData("landlock-unknown", CannotConfine, "landlock files: not enforced: this kernel doesn't offer it", "Use --unconfined")]
    [InlineData("landlock-switched-off", CannotConfine, "lsm=", "Use --unconfined")]
    [InlineData("landlock-forbidden", CannotConfine, "container", "Use --unconfined")]
    [InlineData("seccomp-unknown", CannotConfine, "seccomp: not enforced", "Use --unconfined")]
    [InlineData("descriptors-kept", CannotConfine, "descriptors: not enforced", "Use --unconfined")]
    [InlineData("landlock-no-ruleset", "Creating a Landlock ruleset failed", "Cannot allocate memory", "")]
    [InlineData("landlock-no-rule", "Adding the rule for /", "Cannot allocate memory", "")]
    [InlineData("landlock-not-applied", NotStarted, "applying the Landlock rules failed", "")]
    [InlineData("seccomp-not-installed", NotStarted, "installing the system-call filter failed", "")]
    [InlineData("capabilities-kept", NotStarted, "dropping capabilities failed", "")]
    [InlineData("privileges-kept", NotStarted, "giving up new privileges failed", "")]
    public async Task Where_the_kernel_lacks_or_refuses_something_no_worker_starts_and_the_reason_is_said(string lack, string beginning, string reason, string remedy)
    {
        var result = await OnOtherKernelAsync(lack);
        Assert.StartsWith("ConfinementException: " + beginning, result["refusal"], StringComparison.Ordinal);
        Assert.Contains(reason, result["refusal"], StringComparison.Ordinal);
        Assert.Contains(remedy, result["refusal"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_cannot_give_up_starting_programs_ends_before_it_takes_the_link()
    {
        var result = await OnOtherKernelAsync("seccomp-not-in-worker");
        Assert.Equal(("", "signal 6 (aborted): unhandled Hearth.Confinement.ConfinementException"), (result["refusal"], result["end"]));
    }

    [Fact]
    public async Task Without_a_rule_for_its_runtime_a_worker_ends_and_says_why()
    {
        var options = ProbeProgram.Options();
        using var worker = ConfinedProcess.Start(options with { Paths = [.. options.Paths.Where(r => !r.Path.StartsWith(RuntimePaths.DotnetRoot!, StringComparison.Ordinal))] });
        Assert.Equal("", await AskAsync(worker));
        Assert.Contains(".NET was not found", (await worker.EndAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_worker_may_not_do_it_may_not_do_without_its_host_either()
    {
        const int notPermitted = 1, noSystemCall = 38, everythingWorks = 215;
        Assert.Contains(await OutlivingAsync(), (int[])[notPermitted, noSystemCall]);
        Assert.Equal(everythingWorks, await OutlivingAsync("--unconfined"));
    }

    [Fact]
    public async Task A_host_that_is_given_no_thread_or_process_starts_nothing_and_leaves_nothing()
    {
        // The number of threads is limited for each user but root: a user that nobody else is.
        var isRoot = Environment.UserName == "root" && File.Exists("/usr/bin/setpriv");
        Assert.SkipUnless(isRoot, "becoming another user needs root and setpriv");
        var (output, errors) = await ProbeProgram.RunAsync(["scarce"], user: 60_000 + (Environment.ProcessId % 5000));
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, int>>(output)!;
        Assert.True(result["refused"] > 0 && result["answered"] == 1, errors);
        Assert.True(result["otherwise"] == 0, errors);
        Assert.Equal((0, 1), (result["children_left"], result["started_afterwards"]));
        // The runtime may have closed one of its own meanwhile.
        Assert.True(result["descriptors_left"] <= 0, $"{result["descriptors_left"]}");
        Assert.Matches("to spare: refused: The worker was not started: the system gave no (thread|process)", errors);
    }

    /// <summary>An unconfined worker starts there, so that it is not the program that fails; and nothing is left.</summary>
    static async Task<Dictionary<string, string>> OnOtherKernelAsync(string lack)
    {
        var (output, errors) = await ProbeProgram.RunAsync(["other-kernel", lack]);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, string>>(output)!;
        Assert.Equal(("0 children, 0 descriptors", "hello"), (result["left"], result["unconfined"]));
        return result;
    }

    /// <summary>The exit code of a worker whose host was killed: the error number of its call for a socket, if everything else failed too.</summary>
    static async Task<int> OutlivingAsync(params string[] more)
    {
        var (output, errors) = await ProbeProgram.RunAsync(["dead-host", .. more]);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, int>>(output)!;
        Assert.Equal(0, result["signal"]);
        return result["code"];
    }

    /// <summary>The worker may be gone before the question is.</summary>
    static async Task<string> AskAsync(ConfinedProcess worker)
    {
        try
        {
            return await worker.AskAsync("hello");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
