using System.Text;
using System.Text.Json;
using Hearth.Cli.Commands;
using Hearth.Cli.Settings;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Cli;

/// <summary>What a worker tried and was denied reaches the person, whatever else is quiet, and is recorded beside the result; so is --unconfined.</summary>
public sealed class AlarmTests
{
    /// <summary>What follows each command that a worker has a part in; @ stands before a file of the test. The server and the MCP server say it with each answer; the status only shows the setting.</summary>
    static readonly Dictionary<string, string> Lines = new()
    {
        ["run"] = "Hello",
        ["chat"] = "",
        ["tokenize"] = "Hi",
        ["template"] = "--context @context.json",
        ["logits"] = "--tokens @ids.json --output @out",
        ["perplexity"] = "@text.txt",
        ["embed"] = "--input @texts.jsonl --output @out",
        ["rerank"] = "--query q --input @texts.jsonl",
        ["inspect"] = "",
        ["models show"] = "mine",
        ["models import"] = "@mine.gguf --name again",
        ["plan"] = "",
        ["bench"] = "",
    };

    static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_denied_socket_is_told_on_standard_error_and_counted_in_the_result()
    {
        using var cli = new CliRun().WithShippedModel();
        cli.OnOpen = choice => choice.Alarms.Add("socket", "IPv4", 123, 125, Noon);
        Assert.Equal(0, await cli.RunAsync("run", "--json", "--quiet", "Hello"));
        Assert.Contains("ALARM: The worker tried to open a socket (IPv4) at", cli.Error, StringComparison.Ordinal);
        Assert.Contains("(process 123, thread 125)", cli.Error, StringComparison.Ordinal);
        var result = JsonDocument.Parse(cli.Output).RootElement;
        Assert.Equal(1, result.GetProperty("denied_calls").GetInt32());
        Assert.True(result.GetProperty("confined").GetBoolean());
    }

    [Fact]
    public async Task Many_are_told_in_a_few_lines()
    {
        using var cli = new CliRun().WithShippedModel();
        cli.OnOpen = choice =>
        {
            for (var i = 0; i < 1000; i++)
                choice.Alarms.Add("ptrace", null, 123, 125, Noon);
        };
        Assert.Equal(0, await cli.RunAsync("run", "--json", "Hello"));
        Assert.Equal(1000, JsonDocument.Parse(cli.Output).RootElement.GetProperty("denied_calls").GetInt32());
        Assert.Equal(3, cli.Error.Split("the system call ptrace").Length - 1);
        Assert.Contains("… and 997 more", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_command_tells_it_too()
    {
        using var cli = new CliRun().WithShippedModel();
        cli.OnOpen = choice => choice.Alarms.Add("socket", "IPv6", 123, 125, Noon);
        cli.OpenFailure = new Hearth.Requests.EngineException(Hearth.Requests.FailureCode.WorkerLost, "The worker ended.");
        Assert.NotEqual(0, await cli.RunAsync("run", "Hello"));
        Assert.Contains("socket (IPv6)", cli.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string> CommandNames => [.. Lines.Keys];

    [Fact]
    public void Every_command_that_can_run_unconfined_is_here()
        => Assert.Equal(CommandTable.All.Where(c => c.Settings.Contains(SettingTable.Unconfined)).Select(c => c.Name).Except(["serve", "mcp", "status"]).Order(), Lines.Keys.Order());

    [Theory, MemberData(nameof(CommandNames))]
    public async Task Every_result_says_whether_the_worker_was_confined(string command)
    {
        foreach (var unconfined in (bool[])[false, true])
        {
            using var cli = new CliRun().WithShippedModel();
            cli.File("context.json", "{}");
            cli.File("ids.json", "[1, 2]");
            cli.File("text.txt", new string('a', 600));
            cli.File("texts.jsonl", "{\"text\": \"ab\"}\n{\"text\": \"c\"}");
            Assert.Equal(0, await cli.RunAsync("models", "import", cli.File("mine.gguf", "weights")));
            string[] words = [.. command.Split(' '), .. Lines[command].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word[0] == '@' ? cli.PathOf(word[1..]) : word), "--json"];
            var code = await cli.RunAsync(Encoding.UTF8.GetBytes("Hi\n"), unconfined ? [.. words, "--unconfined"] : words);
            Assert.True(code == 0, cli.Error);
            Assert.Equal(unconfined, cli.Opened[^1].Unconfined);
            Assert.Equal(!unconfined, JsonDocument.Parse(cli.Output).RootElement.GetProperty("confined").GetBoolean());
        }
    }

    [Fact]
    public async Task Running_without_confinement_is_loud_and_recorded()
    {
        using var cli = new CliRun().WithShippedModel();
        Assert.Equal(0, await cli.RunAsync("run", "--json", "--quiet", "--unconfined", "Hello"));
        Assert.Contains("WARNING: --unconfined", cli.Error, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(cli.Output).RootElement.GetProperty("confined").GetBoolean());
        Assert.Equal(0, await cli.RunAsync("run", "--quiet", "Hello"));
        Assert.Equal("", cli.Error);
    }
}
