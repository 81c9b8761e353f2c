using System.Diagnostics;
using Hearth.Confinement;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Confinement;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Cli;

/// <summary>The host process, however it was started: its environment and that of what it starts, its limits, and what it says when it breaks.</summary>
public sealed class HostProcessTests : IDisposable
{
    const string Canary = "canary-9e41";

    static readonly string[] Quiet = [.. QuietEnvironment.Variables.Select(v => $"{v.Key}={v.Value}")];

    readonly PrivateHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task It_writes_no_memory_and_opens_no_port_whatever_its_environment_says()
    {
        var start = _home.Line(PrivateHome.Program, "tokenize");
        (start.Environment["DOTNET_EnableDiagnostics"], start.Environment["DOTNET_DbgEnableMiniDump"]) = ("1", "1");
        var host = await ReadyAsync(start);
        Assert.Superset(Quiet.ToHashSet(), Variables(File.ReadAllText($"/proc/{host.Id}/environ")));
        Assert.Equal(["tokenize"], File.ReadAllText($"/proc/{host.Id}/cmdline").TrimEnd('\0').Split('\0')[1..]);
        Assert.Empty(_home.Files);
        await EndAsync(host);
    }

    [Fact]
    public async Task Started_anew_it_has_its_arguments_and_its_input_byte_for_byte()
    {
        var words = "printf 'a\\xc3\\xa9' | $0 tokenize; $0 tokenize '' <&-; $0 tokenize ' b  c '; $0 tokenize $'\\xc3\\xa9'; $0 tokenize $'\\xff'";
        var anew = _home.Line("bash", "-c", words, PrivateHome.Program);
        var once = _home.Line("bash", "-c", words, PrivateHome.Program);
        foreach (var (name, value) in QuietEnvironment.Variables)
            once.Environment[name] = value;
        var expected = await PrivateHome.RunAsync(once, "");
        Assert.Equal(expected, await PrivateHome.RunAsync(anew, ""));
        Assert.Equal((0, 5), (expected.Code, expected.Output.TrimEnd('\n').Split('\n').Length));
    }

    [Fact]
    public async Task Others_of_the_same_user_cannot_look_into_it()
    {
        const int nobody = 65534;
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "becoming another user needs root and setpriv");
        // The kernel gives an undumpable process's files to root.
        var host = await ReadyAsync(_home.Line("setpriv", $"--reuid={nobody}", $"--regid={nobody}", "--clear-groups", PrivateHome.Program, "tokenize"));
        var other = _home.Start(_home.Line("setpriv", $"--reuid={nobody}", $"--regid={nobody}", "--clear-groups", "cat"));
        await Eventually.HoldsAsync(() => File.ReadAllText($"/proc/{other.Id}/comm") == "cat\n", "cat is started");
        Assert.Equal(["0", $"{nobody}"], await OwnersAsync(host, other));
        await EndAsync(host);
        await EndAsync(other);
    }

    [Fact]
    public async Task What_it_starts_has_the_same_environment()
    {
        // Programs of these names note what they find there, and fail.
        foreach (var name in (string[])["stty", "dotnet"])
            await PrivateHome.RunAsync(_home.Line("chmod", "+x", _home.Write($"work/{name}", $"#!/bin/sh\nenv >{_home.At(name)}\nexit 1\n")), "");
        var chat = _home.Line("script", "-qfec", $"{PrivateHome.Program} chat", "/dev/null");
        var publish = _home.Line(PrivateHome.Program, "publish", "--managed-worker", "--output", _home.At("work/published"));
        foreach (var start in (ProcessStartInfo[])[chat, publish])
        {
            start.Environment["PATH"] = $"{_home.At("work")}:{start.Environment["PATH"]}";
            start.Environment["DOTNET_HOST_PATH"] = _home.At("work/dotnet");
            await PrivateHome.RunAsync(start, "");
        }

        Assert.All((string[])["stty", "dotnet"], name => Assert.Superset(Quiet.ToHashSet(), Variables(File.ReadAllText(_home.At(name)).Replace('\n', '\0'))));
    }

    [Fact]
    public async Task An_exception_that_nobody_catches_is_told_without_its_words()
    {
        var host = _home.Start(PrivateHome.Planted(_home.Line(PrivateHome.Program, "tokenize"), $"throw {Canary}", _home.At("work/now")));
        await PrivateHome.ReadyAsync(host);
        _home.Write("work/now", "");
        // Its input stays open, so that it ends by the exception.
        var error = await host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, host.ExitCode);
        Assert.StartsWith("error: A fault of Hearth itself: InvalidOperationException at StartupHook", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_crashes_leaves_no_core_file_and_no_dump_where_another_program_does()
    {
        var control = await CrashAsync(_ => Task.CompletedTask, ProbeProgram.Executable, "traffic");
        Assert.SkipUnless(control.Any(file => file.StartsWith("work/core", StringComparison.Ordinal)), "core files don't come to the folder of the program here");
        Assert.Contains("work/dump: UTF-8", control);
        Assert.Empty(await CrashAsync(PrivateHome.ReadyAsync, PrivateHome.Program, "tokenize"));
    }

    /// <summary>Starts a program where nothing limits core files and dumps are asked for, lets it crash, and takes away what it leaves.</summary>
    /// <param name="ready">Waits until it may crash.</param>
    /// <param name="line">The program and its arguments.</param>
    /// <returns>Where a word of its memory was found.</returns>
    async Task<List<string>> CrashAsync(Func<Process, Task> ready, params string[] line)
    {
        var start = PrivateHome.Planted(_home.Line(["bash", "-c", "ulimit -c unlimited && exec \"$0\" \"$@\"", .. line]), "abort", _home.At("work/now"));
        (start.Environment["DOTNET_DbgEnableMiniDump"], start.Environment["DOTNET_DbgMiniDumpName"], start.Environment["SAID"]) = ("1", _home.At("work/dump"), Canary);
        var process = _home.Start(start);
        await ready(process);
        _home.Write("work/now", "");
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        Assert.Equal(128 + 6, process.ExitCode);
        var found = CanarySearch.Find(_home.Root, Canary);
        foreach (var file in _home.Files)
            File.Delete(_home.At(file));
        return found;
    }

    /// <summary>Starts a host that waits for a text, and waits until it has done what a host does first.</summary>
    async Task<Process> ReadyAsync(ProcessStartInfo start)
    {
        var host = _home.Start(start);
        await PrivateHome.ReadyAsync(host);
        Assert.Equal("0 0", CoreLimit(host));
        return host;
    }

    static string CoreLimit(Process process)
        => string.Join(' ', File.ReadLines($"/proc/{process.Id}/limits").First(line => line.StartsWith("Max core file size", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..6]);

    async Task<string[]> OwnersAsync(params Process[] processes)
        => (await PrivateHome.RunAsync(_home.Line(["stat", "-c", "%u", .. processes.Select(p => $"/proc/{p.Id}/environ")]), "")).Output.TrimEnd('\n').Split('\n');

    static HashSet<string> Variables(string text) => [.. text.Split('\0')];

    static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
