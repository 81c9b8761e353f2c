using Hearth.Requests;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;
using Hearth.Workers.Verification;

namespace Hearth.Tests.Cli.Commands;

/// <summary>How the result is shown. <c>EscapeTests</c> runs the attempts themselves.</summary>
public sealed class VerifyConfinementCommandTests : IDisposable
{
    static readonly VerifiedAttempt Open = new("files", "read a file of the user's", "documents", AttemptVerdict.NotDenied, "possible from: pool", [new("main", "EACCES", "OK"), new("pool", "OK", "OK")]);

    readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Where_everything_was_denied_the_exit_code_is_0()
    {
        Assert.Equal(0, await _cli.RunAsync("verify", "confinement"));
        Golden.Matches(_cli.Output, "passed.txt");
        Assert.Equal(0, await _cli.RunAsync("verify", "confinement", "--json"));
        Golden.Matches(_cli.Output, "passed.json");
    }

    [Fact]
    public async Task What_got_through_is_shown_and_the_exit_code_is_1()
    {
        var result = CliRun.Verified with { Attempts = [.. CliRun.Verified.Attempts, Open] };
        _cli.Verify = (_, _) => Task.FromResult(result);
        Assert.Equal(1, await _cli.RunAsync("verify", "confinement", "--json"));
        Assert.Contains("\"passed\":false", _cli.Output, StringComparison.Ordinal);
        _cli.Terminals = true;
        Assert.Equal(1, await _cli.RunAsync("verify", "confinement"));
        // A terminal of 80 columns, with colours.
        Golden.Matches(_cli.Output, "failed.txt");
        Assert.All(_cli.Output.Split('\n'), line => Assert.InRange(System.Text.RegularExpressions.Regex.Replace(line, "\e\\[[0-9;]*m", "").Length, 0, 80));
    }

    [Fact]
    public async Task A_machine_that_confines_nothing_is_refused()
    {
        _cli.Verify = (_, _) => throw new EngineException(FailureCode.Confinement, "This machine can't confine a worker.", "Linux", "see status");
        Assert.Equal(4, await _cli.RunAsync("verify", "confinement", "--json"));
        Assert.Contains("\"code\":\"confinement\"", _cli.Output, StringComparison.Ordinal);
    }
}
