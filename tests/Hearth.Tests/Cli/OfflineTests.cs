using Hearth.Cli.Commands;
using Hearth.Confinement;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>Every command of the built program where there is no network, watched: neither it nor what it starts tries to make a socket.</summary>
public sealed class OfflineTests : IDisposable
{
    /// <summary>Lines of a shell for every command, with the program as $0, the models as $1 and $2, and the exit code that each has. They run in one folder, one after the other.</summary>
    static readonly Dictionary<string, (string Line, int Code)[]> Lines = new()
    {
        ["chat"] = [("echo Hi | $0 chat --max-tokens 2", 0), ("printf '/save s\\n/load s\\n/stats\\n' | $0 chat", 0)],
        ["run"] = [("$0 run --max-tokens 2 Hi", 0), ("$0 run --context 1 Hi", 1)],
        ["tokenize"] = [("$0 tokenize Hi", 0)],
        ["template"] = [("echo '{\"messages\": []}' >c; $0 template --context c", 0)],
        ["logits"] = [("echo '[1]' >t; $0 logits --tokens t --output o", 0)],
        ["perplexity"] = [("yes word | head -n 600 | $0 perplexity", 0)],
        ["embed"] = [("$0 embed --model $2 Hi", 0)],
        ["rerank"] = [("echo Hi | $0 rerank --model $2 --query Hi", 1)],
        ["inspect"] = [("$0 inspect", 0)],
        // It may not even listen there.
        ["serve"] = [("$0 serve --port 0", 1)],
        ["mcp"] = [("echo '{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}' | $0 mcp", 0)],
        ["models list"] = [("$0 models list", 0)],
        ["models show"] = [("$0 models show SmolLM2-135M-Instruct", 0)],
        ["models import"] = [("$0 models import", 0), ("$0 models import --from ollama", 3), ("$0 models import $1 --name mine", 0)],
        ["models set"] = [("$0 models import $1 --name mine && $0 models set mine temperature=0", 0)],
        ["models verify"] = [("$0 models verify", 0)],
        ["models remove"] = [("$0 models import $1 --name mine && $0 models remove mine", 0)],
        ["users list"] = [("$0 users list", 0)],
        ["users add"] = [("$0 users add a", 0)],
        ["users show"] = [("$0 users add b && $0 users show b", 0)],
        ["users set"] = [("$0 users add c && $0 users set c weight=2", 0)],
        ["users disable"] = [("$0 users add d && $0 users disable d", 0)],
        ["users enable"] = [("$0 users add e && $0 users enable e", 0)],
        ["users remove"] = [("$0 users add f && $0 users remove f", 0)],
        ["keys list"] = [("$0 keys list", 0)],
        ["keys add"] = [("$0 users add g && $0 keys add g", 0)],
        ["keys revoke"] = [("$0 keys revoke x", 1)],
        ["plan"] = [("$0 plan", 0), ("$0 plan --parameters 8B", 0)],
        ["bench"] = [("$0 bench --rounds 1 --prompt-tokens 8 --generate-tokens 2", 0)],
        ["status"] = [("$0 status", 0), ("$0 status --watch --count 1", 0)],
        // The probe's attempts are what it is for; and it gives up, because it is denied what it talks to.
        ["verify confinement"] = [("$0 verify confinement", 4)],
        // The compiler is the SDK's, not ours: it is not there.
        ["publish"] = [("DOTNET_HOST_PATH=/nonexistent $0 publish --managed-worker --output p", 1)],
        ["completion"] = [("$0 completion bash", 0)],
    };

    /// <summary>What a socket that a command is there for has in its description.</summary>
    static readonly Dictionary<string, string> Expected = new() { ["verify confinement"] = "hearth-probe", ["serve"] = $"{PrivateHome.Program} serve" };

    readonly PrivateHome _home = new();

    public static TheoryData<string> CommandNames => [.. Lines.Keys];

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Every_command_is_here()
        => Assert.Equal(CommandTable.All.Select(c => c.Name), Lines.Keys);

    [Theory, MemberData(nameof(CommandNames))]
    public async Task A_command_tries_no_socket(string command)
    {
        foreach (var (line, code) in Lines[command])
        {
            var (found, tried) = await RunAsync(line, Quiet);
            Assert.True(code == found, $"{line}: exit code {found}, not {code}. {File.ReadAllText(_home.At("error"))}");
            Assert.DoesNotContain(tried, call => !Expected.TryGetValue(command, out var part) || !call.Contains(part, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Started_in_another_environment_it_begins_with_the_port_of_its_runtime_and_goes_on_without()
    {
        var (code, tried) = await RunAsync("$0 tokenize Hi", []);
        Assert.Equal(0, code);
        Assert.All(tried, call => Assert.StartsWith("socket UNIX: ", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_calls_home_is_seen()
    {
        var start = PrivateHome.Planted(_home.Line(PrivateHome.Program), "connect");
        var (_, tried) = await RunAsync("$0 tokenize Hi", [.. Quiet, .. ((string[])["DOTNET_STARTUP_HOOKS", "HEARTH_PLANTED"]).Select(name => $"{name}={start.Environment[name]}")]);
        Assert.Contains(tried, call => call.StartsWith($"socket IPv4: {PrivateHome.Program} tokenize", StringComparison.Ordinal));
    }

    static IEnumerable<string> Quiet => QuietEnvironment.Variables.Select(v => $"{v.Key}={v.Value}");

    Task<(int? Code, string[] Tried)> RunAsync(string line, IEnumerable<string> environment) => NetworkTripwire.RunAsync(
        $"cd {_home.At("work")}; {{ {line}; }} <&- >/dev/null 2>{_home.At("error")}", [PrivateHome.Program, ShippedModel.Path, ShippedEncoder.Path],
        [.. environment, .. _home.Variables.Select(v => $"{v.Key}={v.Value}"), $"PATH={Environment.GetEnvironmentVariable("PATH")}", $"DOTNET_ROOT={RuntimePaths.DotnetRoot}"]);
}
