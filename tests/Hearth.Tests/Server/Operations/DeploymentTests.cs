using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hearth.Cli.Commands;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Operations;

/// <summary>The files in deploy/ start the program with options that it has, and take nothing from it that its workers need.</summary>
public sealed class DeploymentTests
{
    const string Program = "/opt/hearth/hearth";

    /// <summary>Settings of systemd with which no worker starts, or its alarms are lost, and why the unit says so too.</summary>
    static readonly string[] Harmful = ["MemoryDenyWriteExecute", "ProcSubset", "ProtectProc", "SystemCallFilter"];

    static readonly string Unit = File.ReadAllText(Repository.At("deploy", "hearth.service"));

    static readonly string Container = File.ReadAllText(Repository.At("deploy", "Containerfile"));

    [Fact]
    public void The_unit_starts_the_server_with_options_that_there_are()
    {
        var words = Value("ExecStart").Split(' ');
        Assert.Equal(Program, words[0]);
        Accept(words[1..]);
        Assert.StartsWith($"/var/lib/{Value("StateDirectory")}/", words[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_container_starts_the_server_with_options_that_there_are_and_not_as_root()
    {
        Assert.Equal([Program], Words("ENTRYPOINT"));
        Accept(Words("CMD"));
        Assert.Matches(@"(?m)^USER [1-9]\d*:[1-9]\d*$", Container);
        Assert.Contains(Words("CMD"), word => word.StartsWith("/data/", StringComparison.Ordinal));

        static string[] Words(string instruction) => JsonSerializer.Deserialize<string[]>(Regex.Match(Container, $"(?m)^{instruction} (.*)$").Groups[1].Value)!;
    }

    [Fact]
    public void The_unit_sets_nothing_that_a_worker_cannot_live_with()
        => Assert.All(Harmful, setting =>
        {
            Assert.DoesNotMatch($"(?m)^{setting}=", Unit);
            Assert.Matches($"(?m)^# .*{setting}", Unit);
        });

    [Fact]
    public async Task Systemd_finds_no_fault_in_the_unit()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd is not installed");
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "hearth.service");
        // It looks for the program.
        await File.WriteAllTextAsync(file, Unit.Replace(Program, PrivateHome.Program, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("/usr/bin/systemd-analyze", ["verify", "--man=no", file]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var (code, output, error) = await PrivateHome.RunAsync(start, "");
        Assert.True(code == 0, error);
        Assert.DoesNotContain(file, output + error, StringComparison.Ordinal);
    }

    /// <summary>As the program reads its command line.</summary>
    static void Accept(string[] words)
    {
        var tree = new CommandTree();
        var parsed = tree.Root.Parse(words);
        Assert.Empty(parsed.Errors);
        var command = Assert.Single(CommandTable.All, c => c.Name == CommandTree.NameOf(parsed));
        Assert.Equal("serve", command.Name);
        Assert.All(command.Settings.Where(s => tree.Texts(parsed, s) is not null), s => Assert.True(s.Accepts(tree.Texts(parsed, s)!), s.Name));
    }

    static string Value(string setting) => Assert.Single(Regex.Matches(Unit, $"(?m)^{setting}=(.*)$")).Groups[1].Value;
}
