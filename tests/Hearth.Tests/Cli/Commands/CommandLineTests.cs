using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Requests;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli.Commands;

public sealed class CommandLineTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public static TheoryData<string> Names => [.. CommandTable.All.Select(c => c.Name)];

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Without_a_command_the_commands_are_shown()
    {
        Assert.Equal(0, await _cli.RunAsync());
        Golden.Matches(_cli.Output, "hearth.txt");
        var shown = _cli.Output;
        Assert.Equal(0, await _cli.RunAsync("--help"));
        Assert.Equal(shown, _cli.Output);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Every_command_has_a_help_text_with_examples_and_exit_codes(string name)
    {
        Assert.Equal(0, await _cli.RunAsync([.. name.Split(' '), "--help"]));
        Golden.Matches(_cli.Output, $"{name.Replace(' ', '-')}.txt");
        Assert.Contains("Examples:", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", _cli.Output, StringComparison.Ordinal);
        Assert.All(_cli.Output.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public async Task The_version_is_shown()
    {
        Assert.Equal(0, await _cli.RunAsync("--version"));
        Assert.Matches(@"^hearth \d+\.\d+\.\d+\n$", _cli.Output);
        Assert.Equal(0, await _cli.RunAsync("--version", "--json"));
        Assert.Matches(@"^\{""version"":""\d+\.\d+\.\d+""\}\n$", _cli.Output);
    }

    [Theory]
    [InlineData("--tempreature", "run", "--tempreature")]
    [InlineData("There is no command", "--json")]
    [InlineData("rnu", "rnu", "Hello")]
    [InlineData("--seed has the value 'x'", "run", "--seed", "x", "Hello")]
    [InlineData("--top-p has the value '1.5'", "run", "--top-p", "1.5", "Hello")]
    [InlineData("--kv has the value 'f8'", "run", "--kv", "f8", "Hello")]
    [InlineData("--logit-bias has the value '5'", "run", "--logit-bias", "5", "Hello")]
    [InlineData("--seed", "run", "--seed", "1", "--seed", "2", "Hello")]
    [InlineData("two", "run", "one", "two")]
    public async Task A_wrong_command_line_is_exit_code_2_and_names_the_culprit(string culprit, params string[] words)
    {
        Assert.Equal(2, await _cli.RunAsync(words));
        Assert.Contains(culprit, _cli.Error, StringComparison.Ordinal);
        Assert.Contains("to do: ", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Opened);
    }

    [Theory]
    [InlineData(FailureCode.Internal, 1)]
    [InlineData(FailureCode.InvalidRequest, 1)]
    [InlineData(FailureCode.InvalidModel, 3)]
    [InlineData(FailureCode.UnsupportedModel, 3)]
    [InlineData(FailureCode.ContextOverflow, 1)]
    [InlineData(FailureCode.Template, 1)]
    [InlineData(FailureCode.OutOfMemory, 3)]
    [InlineData(FailureCode.NotFinite, 1)]
    [InlineData(FailureCode.WorkerLost, 4)]
    [InlineData(FailureCode.Confinement, 4)]
    public async Task Every_failure_of_the_engine_has_its_exit_code(FailureCode code, int expected)
    {
        _cli.OpenFailure = new EngineException(code, "Something was found.", "something else.", "Do this.");
        Assert.Equal(expected, await _cli.RunAsync("run", "x"));
        Assert.Equal("error: Something was found.\n  expected: something else.\n  to do: Do this.\n", _cli.Error);
        Assert.Contains(ExitCode.All, e => e.Code == expected);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_exit_code_3()
    {
        Assert.Equal(3, await _cli.RunAsync("inspect", "/nowhere/model.gguf"));
        Assert.Contains("There is no file /nowhere/model.gguf.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_shipped_model_a_model_must_be_named()
    {
        using var bare = new CliRun();
        Assert.Equal(3, await bare.RunAsync("run", "x"));
        Assert.Contains("Name a model with --model FILE", bare.Error, StringComparison.Ordinal);
    }
}
