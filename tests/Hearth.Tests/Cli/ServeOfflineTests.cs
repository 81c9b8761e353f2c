using Hearth.Confinement;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Confinement;

namespace Hearth.Tests.Cli;

/// <summary>The server answers, and connects to nobody: by the kernel's own counters of a network that is empty but for itself, and by a tripwire.</summary>
public sealed class ServeOfflineTests : IDisposable
{
    /// <summary>Asks the server whose process is $server, once it has told its address and its first key, and ends it.</summary>
    const string Asking = """
        for i in $(seq 1200); do grep -qs '"key":.*}$' out && break; sleep 0.1; done
        key=$(sed -n 's/.*"key":"\([^"]*\)".*/\1/p' out)
        ask() {
          exec 3<>/dev/tcp/127.0.0.1/8377
          printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "$1" "$2" "$key" "${#3}" "$3" >&3
          head -n 1 <&3 | tr -d '\r'
          cat <&3 >/dev/null
          exec 3>&-
        }
        ask GET /v1/models ''
        ask POST /v1/chat/completions '{"model": "SmolLM2-135M-Instruct", "max_tokens": 4, "messages": [{"role": "user", "content": "Hi, see http://192.0.2.1/"}]}'
        kill -TERM $server

        """;

    /// <summary>With the program as $0 and the probe, which brings the loopback interface up, as $1.</summary>
    const string Counting = """
        set -e
        printf 'up\n' | "$1" traffic >/dev/null
        counters() { awk '/^Ip:/ && i++ {print $13} /^Tcp:/ && t++ {print $6} /^Udp:/ && u++ {print $5} /^Ip6OutNoRoutes|^Udp6OutDatagrams/ {print $2}' /proc/net/snmp /proc/net/snmp6 | tr '\n' ' '; echo; }
        counters
        "$0" serve --port 8377 --json >out 2>err &
        server=$!

        """ + Asking + """
        wait $server || true
        counters
        """;

    /// <summary>The same beside a client that is not watched.</summary>
    const string Listening = """
        printf 'up\n' | "$1" traffic >/dev/null
        exec "$0" serve --port 8377 --json </dev/null >out 2>err
        """;

    static readonly string[] Answered = ["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"];

    readonly PrivateHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_answers_connects_to_nobody(bool callsHome)
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/unshare"), "a network namespace of its own needs root and unshare");
        var line = _home.Line("/usr/bin/unshare", "-n", "/bin/bash", "-c", Counting, PrivateHome.Program, ProbeProgram.Executable);
        foreach (var (name, value) in QuietEnvironment.Variables)
            line.Environment[name] = value;
        var (code, output, error) = await PrivateHome.RunAsync(callsHome ? PrivateHome.Planted(line, "connect") : line, "");
        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Answered, lines[1..^1]);
        var grown = Numbers(lines[^1]).Zip(Numbers(lines[0]), (after, before) => after - before).ToList();
        // Two connections are ours; the server itself opens none, sends no datagram and asks for no way out.
        Assert.Equal([callsHome ? 1 : 0, 2, 0, 0, 0], grown);
    }

    /// <summary>What the counters don't show: a local socket to a service of the machine, which could send for the server.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_answers_tries_to_reach_nobody_over_a_socket_of_any_family(bool callsHome)
    {
        var start = callsHome ? PrivateHome.Planted(_home.Line(PrivateHome.Program), "connect") : _home.Line(PrivateHome.Program);
        foreach (var (name, value) in QuietEnvironment.Variables)
            start.Environment[name] = value;
        start.Environment["DOTNET_ROOT"] = RuntimePaths.DotnetRoot;
        var answers = "";
        var (code, tried) = await NetworkTripwire.RunAsync(
            $"cd {_home.At("work")}; {Listening}", [PrivateHome.Program, ProbeProgram.Executable], start.Environment.Select(v => $"{v.Key}={v.Value}"), ["connect"],
            async server => answers = (await PrivateHome.RunAsync(_home.Line("/usr/bin/nsenter", "-t", $"{server}", "-n", "/bin/bash", "-c", $"server={server}\n{Asking}"), "")).Output);
        Assert.Equal((0, string.Join('\n', Answered)), (code, answers.TrimEnd('\n')));
        // Whoever is planted is in the probe too.
        Assert.Equal(callsHome, tried.Any(call => call.StartsWith($"connect : {PrivateHome.Program} serve", StringComparison.Ordinal)));
        Assert.Equal(callsHome, tried.Length > 0);
    }

    static IEnumerable<int> Numbers(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, null));
}
