using System.Text.Json;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Cli;

/// <summary>What a worker tried and was denied reaches the person, whatever else is quiet, and is recorded beside the result; so is --unconfined.</summary>
public sealed class AlarmTests
{
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
