using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Cli;

/// <summary>The program as it is installed, with a worker in it that phones home: what it tries is denied, told and counted, and the work goes on.</summary>
public sealed class PhoningTests : IDisposable
{
    const string Alarm = "ALARM: The worker tried to open a socket (IPv4)";

    readonly PrivateHome _home = new();
    readonly string _program;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public PhoningTests()
    {
        var installed = Directory.CreateDirectory(_home.At("installed")).FullName;
        foreach (var project in (string[])["Hearth.WorkerDouble", "Hearth.Cli"])
        {
            foreach (var file in Directory.EnumerateFiles(Repository.At("artifacts", "bin", project, "release")))
                File.Copy(file, Path.Combine(installed, Path.GetFileName(file)), overwrite: true);
        }

        // With the library of the store.
        Directory.CreateSymbolicLink(Path.Combine(installed, "runtimes"), Repository.At("artifacts", "bin", "Hearth.Cli", "release", "runtimes"));
        foreach (var ending in (string[])[".dll", ".runtimeconfig.json"])
            File.Copy(Path.Combine(installed, "Hearth.WorkerDouble" + ending), Path.Combine(installed, "hearth-worker" + ending), overwrite: true);
        _program = Path.Combine(installed, "hearth");
    }

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("phones", 1)]
    [InlineData("honest", 0)]
    public async Task A_worker_that_phones_is_caught(string model, int denied)
    {
        var file = _home.Write("model.gguf", model);
        var (code, output, error) = await PrivateHome.RunAsync(_home.Line(_program, "run", "--raw", "--json", "--quiet", "--model", file, "--max-tokens", "4", "Hello"), "");
        Assert.True(code == 0, error);
        using var result = JsonDocument.Parse(output);
        Assert.Equal((true, denied), (result.RootElement.GetProperty("confined").GetBoolean(), result.RootElement.GetProperty("denied_calls").GetInt32()));
        Assert.Equal(denied, error.Split(Alarm).Length - 1);
        // When, and who.
        Assert.Equal(denied, Regex.Count(error, @"ALARM: The worker tried to open a socket \(IPv4\) at \d\d:\d\d:\d\d and was denied \(process \d+, thread \d+\)\."));
    }

    [Theory]
    [InlineData("phones", 1)]
    [InlineData("honest", 0)]
    public async Task A_server_whose_worker_phones_says_so_at_once_and_counts_it(string model, int denied)
    {
        var (code, _, error) = await PrivateHome.RunAsync(_home.Line(_program, "models", "import", _home.Write("model.gguf", model), "--name", "mine"), "");
        Assert.True(code == 0, error);
        var server = _home.Start(_home.Line(_program, "serve", "--port", "0", "--json"));
        var shown = JsonElement.Parse((await server.StandardOutput.ReadLineAsync(Stop))!);
        using var client = new HttpClient { BaseAddress = new(shown.GetProperty("address").GetString()!) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", shown.GetProperty("key").GetString());

        using var answer = await client.PostAsync(
            "/v1/chat/completions", new StringContent("""{"model": "mine", "messages": [{"role": "user", "content": "Hello"}]}""", Encoding.UTF8, "application/json"), Stop);
        Assert.Equal((200, "true"), ((int)answer.StatusCode, answer.Headers.GetValues("x-hearth-confined").Single()));
        var metrics = PrometheusReader.Read(await client.GetStringAsync("/metrics", Stop));
        Assert.Equal(denied, metrics.Single(m => m.Name == "hearth_server_worker_denied_calls_total").Value);
        // It still runs: nobody waits for its end to hear of it.
        var said = new StringBuilder();
        if (denied > 0)
            await ReadUntilAsync(server.StandardError, Alarm, said);

        using var kill = Process.Start("kill", ["-TERM", $"{server.Id}"]);
        said.Append(await server.StandardError.ReadToEndAsync(Stop));
        Assert.Equal(denied, said.ToString().Split(Alarm).Length - 1);
    }

    static async Task ReadUntilAsync(StreamReader reader, string words, StringBuilder said)
    {
        while (!said.ToString().Contains(words, StringComparison.Ordinal))
            said.Append(await reader.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromMinutes(2), Stop) ?? throw new EndOfStreamException($"'{words}' was not said.")).Append('\n');
    }
}
