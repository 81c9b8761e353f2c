using System.Diagnostics;
using System.Text.Json;
using Hearth.Cli.Commands;
using Hearth.Requests.Events;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>bench, status and completion.</summary>
public sealed class OtherCommandTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Bench_shows_medians_beside_the_limits_of_the_machine()
    {
        Assert.Equal(0, await _cli.RunAsync("bench", _cli.File("m.gguf", ""), "--rounds", "4", "--prompt-tokens", "64", "--generate-tokens", "16"));
        Assert.Equal(new MeasureRequest(64, 16, 4), _cli.Model.Measured);
        Golden.Matches(_cli.Output.Replace(_cli.PathOf("m.gguf"), "m.gguf"), "bench.txt");
    }

    [Fact]
    public async Task Bench_gives_every_round_as_json()
    {
        Assert.Equal(0, await _cli.RunAsync("bench", _cli.File("m.gguf", ""), "--rounds", "2", "--json"));
        Golden.Matches(_cli.Output.Replace(_cli.PathOf("m.gguf"), "m.gguf"), "bench.json");
    }

    [Fact]
    public async Task Status_says_that_the_processor_does_the_work_and_where_values_come_from()
    {
        _cli.File(".config/hearth/config.json", "{\"temperature\": 0.1}");
        _cli.Environment["HEARTH_THREADS"] = "3";
        Assert.Equal(0, await _cli.RunAsync("status", "--top-k", "5"));
        Assert.Contains("The processor does all the work; no GPU is used.", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("temperature          0.1  (configuration file)", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("threads              3  (environment, HEARTH_THREADS)", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("top-k                5  (option --top-k)", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("Landlock             enforced, version 6", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("worker               hearth-worker-v3, native", _cli.Output, StringComparison.Ordinal);

        Assert.Equal(0, await _cli.RunAsync("status", "--json"));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.False(json.RootElement.GetProperty("gpu").GetBoolean());
        Assert.Equal("native", json.RootElement.GetProperty("worker").GetProperty("kind").GetString());
        Assert.Equal("environment, HEARTH_THREADS", json.RootElement.GetProperty("settings").GetProperty("threads").GetProperty("origin").GetString());
    }

    [Fact]
    public async Task Status_works_without_a_model()
    {
        using var bare = new CliRun();
        Assert.Equal(0, await bare.RunAsync("status"));
        Assert.Contains("none: The model that ships with Hearth is not there.", bare.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_knows_every_command_and_option(string shell)
    {
        Assert.Equal(0, await _cli.RunAsync("completion", shell));
        foreach (var command in CommandTable.All)
        {
            Assert.All(command.Name.Split(' '), word => Assert.Contains(word, _cli.Output, StringComparison.Ordinal));
            Assert.All(command.Settings, s => Assert.Contains(shell == "fish" ? $"-l {s.Name}" : s.Option, _cli.Output, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("hearth ru", "run")]
    [InlineData("hearth run --temp", "--temperature")]
    [InlineData("hearth completion z", "zsh")]
    [InlineData("hearth mod", "models")]
    [InlineData("hearth models imp", "import")]
    [InlineData("hearth models import --fr", "--from")]
    [InlineData("hearth chat --model q", "qwen3:0.6b")]
    [InlineData("hearth chat --model llama3.2:1", "1b")]
    [InlineData("hearth models show llama3.2:", "1b 3b")]
    public async Task The_script_for_bash_completes_in_a_real_bash(string line, string expected)
    {
        await _cli.RunAsync("completion", "bash");
        var words = line.Split(' ');
        // Bash cuts words at colons and gives these as words of their own.
        var cut = line.Replace(":", " : ");
        var count = words.Length - 1 + 2 * line.Count(c => c == ':');
        var script = $"{_cli.Output}\nhearth() {{ printf 'llama3.2:1b\\nllama3.2:3b\\nqwen3:0.6b\\n'; }}\n"
            + $"COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=({cut}); COMP_CWORD={count}; cd /nowhere 2>/dev/null || cd /; _hearth; echo \"${{COMPREPLY[*]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        Assert.Equal(expected, (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
    }

    [Theory]
    [InlineData("completion")]
    [InlineData("completion", "tcsh")]
    public async Task Other_shells_are_a_usage_error(params string[] words) => Assert.Equal(2, await _cli.RunAsync(words));
}
