using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hearth.Confinement;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>The script ./hearth, in a checkout of its own with a compiler that only notes that it was called.</summary>
public sealed class LauncherTests : IDisposable
{
    const string Compiler = """
        #!/usr/bin/env bash
        [ "$1" = --list-sdks ] && { echo "10.0.100 [/sdk]"; exit 0; }
        [ -e "$CHECKOUT/broken" ] && { echo "x.cs(1,1): error CS1002: ; expected"; exit 1; }
        echo "$2" >>"$CHECKOUT/built"
        sleep "${SLOW:-0}"
        bin=$CHECKOUT/artifacts/program/bin
        mkdir -p "$bin"
        touch "$bin/hearth-worker.dll"
        printf '#!/bin/sh\nenv >"$CHECKOUT/environment"\necho "program: $*"\n' >"$bin/hearth"
        chmod +x "$bin/hearth"
        """;

    readonly TemporaryFolder _folder = new();

    public LauncherTests()
    {
        File.Copy(Repository.At("hearth"), At("hearth"));
        foreach (var file in (string[])["global.json", "Directory.Build.props", "Directory.Packages.props", "src/Hearth.Cli/Program.cs", "bin/dotnet"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
            File.WriteAllText(At(file), file == "bin/dotnet" ? Compiler : "");
            File.SetLastWriteTimeUtc(At(file), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(At("bin/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_builds_once_and_then_only_what_changed()
    {
        Assert.Equal((0, "program: chat --json\n"), await RunAsync("chat", "--json"));
        Assert.Equal(3, Builds);
        Assert.Equal((0, "program: \n"), await RunAsync());
        Assert.Equal(3, Builds);
        await File.WriteAllTextAsync(At("src/Hearth.Cli/New.cs"), "", TestContext.Current.CancellationToken);
        await RunAsync();
        Assert.Equal(6, Builds);
        File.Delete(At("src/Hearth.Cli/New.cs"));
        await RunAsync();
        Assert.Equal(9, Builds);
    }

    [Fact]
    public async Task The_program_finds_what_it_wants_in_its_environment_and_starts_once()
    {
        await RunAsync();
        Assert.Superset(QuietEnvironment.Variables.Select(v => $"{v.Key}={v.Value}").ToHashSet(), File.ReadAllLines(At("environment")).ToHashSet());
    }

    /// <summary>In time of the processor, which others can't take away: some ten milliseconds.</summary>
    [Fact]
    public async Task Where_nothing_is_to_be_built_it_decides_with_little_work()
    {
        await RunAsync();
        // The project's own sources are what there is to look at.
        foreach (var file in Directory.EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories))
        {
            var copy = At(Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        await RunAsync();
        var builds = Builds;
        var seconds = new List<double>();
        for (var i = 0; i < 5; i++)
            seconds.Add(await CostAsync());
        Assert.Equal(builds, Builds);
        Assert.InRange(seconds.Min(), 0, 0.5);
    }

    [Fact]
    public async Task A_failed_build_shows_its_end_and_is_tried_again()
    {
        await File.WriteAllTextAsync(At("broken"), "", TestContext.Current.CancellationToken);
        var (code, output) = await RunAsync();
        Assert.Equal(1, code);
        Assert.Contains("error CS1002", output, StringComparison.Ordinal);
        Assert.Contains("error: The build failed.", output, StringComparison.Ordinal);
        File.Delete(At("broken"));
        Assert.Equal(0, (await RunAsync()).Code);
    }

    [Fact]
    public async Task Two_at_once_build_once()
    {
        var both = await Task.WhenAll(RunAsync(slow: true), RunAsync(slow: true));
        Assert.All(both, r => Assert.Equal(0, r.Code));
        Assert.Equal(3, Builds);
    }

    [Fact]
    public async Task Installed_it_is_found_through_the_link_and_uninstalled_it_is_gone()
    {
        var (code, output) = await RunAsync("install");
        Assert.Equal(0, code);
        Assert.Contains("is not on the PATH", output, StringComparison.Ordinal);
        Assert.Equal((0, "program: run x\n"), await RunAsync(At("home/.local/bin/hearth"), false, "run", "x"));
        Assert.Equal(0, (await RunAsync("uninstall")).Code);
        Assert.False(File.Exists(At("home/.local/bin/hearth")));
        Assert.Equal(0, (await RunAsync("uninstall")).Code);
    }

    [Fact]
    public async Task What_was_installed_and_removed_is_an_object_where_one_is_wanted()
    {
        var link = At("home/.local/bin/hearth");
        Assert.Equal((link, _folder.Path, "False"), await AskAsync("install", o => ($"{o.GetProperty("link")}", $"{o.GetProperty("checkout")}", $"{o.GetProperty("on_path")}")));
        Assert.Equal((link, "True"), await AskAsync("uninstall", o => ($"{o.GetProperty("link")}", $"{o.GetProperty("removed")}")));
        Assert.Equal((link, "False"), await AskAsync("uninstall", o => ($"{o.GetProperty("link")}", $"{o.GetProperty("removed")}")));

        async Task<T> AskAsync<T>(string command, Func<JsonElement, T> read)
        {
            var (code, output) = await RunAsync(command, "--json");
            Assert.Equal(0, code);
            return read(JsonElement.Parse(output));
        }
    }

    [Theory]
    [InlineData("install", "--jsno", 2, "usage", "--jsno")]
    [InlineData("uninstall", "a \"b\\\tc", 2, "usage", "a \"b\\\tc")]
    [InlineData("install", "--json", 1, "request", "is something else")]
    public async Task A_failure_is_an_object_too(string command, string word, int expected, string errorCode, string part)
    {
        Directory.CreateDirectory(At("home/.local/bin/hearth"));
        var (code, output) = await RunAsync(command, "--json", word);
        Assert.Equal(expected, code);
        var error = JsonElement.Parse(output[..output.IndexOf('\n', StringComparison.Ordinal)]).GetProperty("error");
        Assert.Equal(errorCode, error.GetProperty("code").GetString());
        Assert.Contains(part, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("remedy").GetString()!);
    }

    [Theory]
    [InlineData("install", "--help")]
    [InlineData("uninstall", "-h")]
    public async Task Its_own_commands_are_explained_with_examples_and_nothing_is_built(string command, string option)
    {
        var (code, output) = await RunAsync(command, option);
        Assert.Equal(0, code);
        Assert.Contains("Examples:\n  # hearth from every folder\n  ./hearth install\n", output, StringComparison.Ordinal);
        Assert.Contains("./hearth uninstall\n", output, StringComparison.Ordinal);
        Assert.Contains("--json", output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 120, line));
        Assert.False(File.Exists(At("built")) || Path.Exists(At("home/.local")));
    }

    [Theory]
    [InlineData("install")]
    [InlineData("uninstall")]
    public async Task Something_else_at_the_place_of_the_link_is_left_alone(string command)
    {
        Directory.CreateDirectory(At("home/.local/bin"));
        await File.WriteAllTextAsync(At("home/.local/bin/hearth"), "mine", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await RunAsync(command)).Code);
        Assert.Equal("mine", await File.ReadAllTextAsync(At("home/.local/bin/hearth"), TestContext.Current.CancellationToken));
    }

    int Builds => File.ReadAllLines(At("built")).Length;

    string At(string path) => Path.Combine(_folder.Path, path);

    Task<(int Code, string Output)> RunAsync(params string[] words) => RunAsync(At("hearth"), false, words);

    Task<(int Code, string Output)> RunAsync(bool slow) => RunAsync(At("hearth"), slow);

    /// <summary>Seconds of the processor that a call takes, with what it starts.</summary>
    async Task<double> CostAsync()
    {
        var start = Line("-c", "TIMEFORMAT='%3U %3S'; time bash \"$0\" >/dev/null", At("hearth"));
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var told = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return told.Split(' ').Sum(part => double.Parse(part, CultureInfo.InvariantCulture));
    }

    ProcessStartInfo Line(params string[] words)
    {
        var start = new ProcessStartInfo("bash", words) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["CHECKOUT"] = _folder.Path;
        start.Environment["HOME"] = At("home");
        start.Environment.Remove("XDG_BIN_HOME");
        return start;
    }

    async Task<(int Code, string Output)> RunAsync(string script, bool slow, params string[] words)
    {
        var start = Line([script, .. words]);
        start.Environment["SLOW"] = slow ? "0.3" : "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }
}
