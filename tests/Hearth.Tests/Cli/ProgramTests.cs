using System.Diagnostics;
using Hearth.Confinement.Linux;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Cli;

/// <summary>The built program among other programs: pipes, files, signals, a terminal.</summary>
public sealed class ProgramTests : IDisposable
{
    static readonly string Program = Repository.At("artifacts", "bin", "Hearth.Cli", "release", "hearth");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task When_the_reader_of_the_answer_goes_the_program_ends_without_a_word()
        => Assert.Equal("A141", await ShellAsync("$HEARTH run --ignore-eos --temperature 0 --max-tokens 4000 --logit-bias 49=100 x 2>&1 | head -c 1; echo ${PIPESTATUS[0]}"));

    [Fact]
    public async Task Without_standard_input_there_is_no_text_and_no_waiting()
        => Assert.Equal("0", await ShellAsync("timeout 120 $HEARTH tokenize <&- | tr -d '\n'; echo ${PIPESTATUS[0]}"));

    [Fact]
    public async Task Output_goes_to_a_file_between_what_others_write()
        => Assert.Equal("one\n81\ntwo", await ShellAsync("(echo one; $HEARTH tokenize a; echo two) > out; cat out"));

    [Fact]
    public async Task A_folder_as_standard_input_is_an_error_with_a_remedy()
        => Assert.StartsWith("error: Standard input cannot be read: ", await ShellAsync("$HEARTH tokenize < . 2>&1"), StringComparison.Ordinal);

    [Theory]
    [InlineData("INT", 2)]
    [InlineData("TERM", 15)]
    [InlineData("HUP", 1)]
    public async Task Told_to_end_while_it_waits_for_a_text_it_ends(string signal, int number)
    {
        using var home = new PrivateHome();
        var host = home.Start(home.Line(PrivateHome.Program, "tokenize"));
        await PrivateHome.ReadyAsync(host);
        // So that it waits by now, on most machines; it has to end wherever it is.
        await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        Assert.Equal(0, LibC.Signal(host.Id, number));
        Assert.Equal((signal, "error: Interrupted.\n"), (signal, await host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, host.ExitCode);
    }

    [Fact]
    public async Task Suspended_and_continued_the_chat_has_its_mode_of_the_terminal_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The program script and /proc are those of Linux.");
        var start = new ProcessStartInfo("script", ["-qfec", $"exec {Program} chat --temperature 0 --max-tokens 2", "/dev/null"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["TERM"] = "xterm";
        using var script = Process.Start(start)!;
        var screen = new ScreenStream();
        var copying = script.StandardOutput.BaseStream.CopyToAsync(screen, TestContext.Current.CancellationToken);
        await screen.WaitForAsync("› ");

        var program = File.ReadAllText($"/proc/{script.Id}/task/{script.Id}/children").Trim();
        var terminal = new FileInfo($"/proc/{program}/fd/0").LinkTarget;
        // What a shell does at Ctrl-Z and fg. Script stops with its child, and what continued it before that would be lost.
        await ShellAsync($"kill -STOP {program}");
        await Eventually.HoldsAsync(() => IsStopped(program) && IsStopped($"{script.Id}"), "script has stopped with its child");
        await ShellAsync($"stty -F {terminal} sane; kill -CONT {program} {script.Id}");
        await screen.WaitForAsync("\e[?2004h", times: 2);
        await screen.WaitForAsync("› ", times: 2);
        // In the mode of a shell Enter would be Ctrl-J, a line feed in the message.
        await script.StandardInput.WriteAsync("/help\r");
        await script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await screen.WaitForAsync("/compact");
        script.StandardInput.Write("\u0004");
        script.StandardInput.Flush();
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        await copying;
        Assert.Equal(0, script.ExitCode);
    }

    static bool IsStopped(string process) => File.ReadAllText($"/proc/{process}/status").Contains("\nState:\tT", StringComparison.Ordinal);

    /// <summary>Lines of a shell, with the program as $HEARTH, in a folder of its own; what they print, without the last line feed.</summary>
    async Task<string> ShellAsync(string lines)
    {
        var start = new ProcessStartInfo("bash", ["-c", lines]) { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = _folder.Path };
        start.Environment["HEARTH"] = Program;
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.TrimEnd('\n');
    }
}
