using Hearth.Confinement;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Confinement;

namespace Hearth.Tests.Cli;

/// <summary>The server answers, and connects to nobody: the kernel's own counters of a network that is empty but for itself.</summary>
public sealed class ServeOfflineTests : IDisposable
{
    const string Script = """
        set -e
        printf 'up\n' | "$1" traffic >/dev/null
        counters() { awk '/^Ip:/ && i++ {print $13} /^Tcp:/ && t++ {print $6} /^Udp:/ && u++ {print $5} /^Ip6OutNoRoutes|^Udp6OutDatagrams/ {print $2}' /proc/net/snmp /proc/net/snmp6 | tr '\n' ' '; echo; }
        counters
        "$0" serve --port 8377 --json >out 2>err &
        server=$!
        for i in $(seq 300); do grep -q address out && break; sleep 0.1; done
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
        wait $server || true
        counters
        """;

    readonly PrivateHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_answers_connects_to_nobody(bool callsHome)
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/unshare"), "a network namespace of its own needs root and unshare");
        var line = _home.Line("/usr/bin/unshare", "-n", "/bin/bash", "-c", Script, PrivateHome.Program, ProbeProgram.Executable);
        foreach (var (name, value) in QuietEnvironment.Variables)
            line.Environment[name] = value;
        var (code, output, error) = await PrivateHome.RunAsync(callsHome ? PrivateHome.Planted(line, "connect") : line, "");
        Assert.True(code == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"], lines[1..^1]);
        var grown = Numbers(lines[^1]).Zip(Numbers(lines[0]), (after, before) => after - before).ToList();
        // Two connections are ours; the server itself opens none, sends no datagram and asks for no way out.
        Assert.Equal([callsHome ? 1 : 0, 2, 0, 0, 0], grown);
    }

    static IEnumerable<int> Numbers(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, null));
}
