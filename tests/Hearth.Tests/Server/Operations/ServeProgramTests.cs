#pragma warning disable CA1416 // Hearth keeps its files on Linux.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Operations;

/// <summary>The built program as a service runs it: its own certificate, its first key in a file, its log on standard error, and an end by SIGTERM.</summary>
[Collection("kernels")]
public sealed class ServeProgramTests : IDisposable
{
    const string Canary = "canary51be";

    readonly PrivateHome _home = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task It_answers_over_tls_logs_each_request_without_a_word_of_it_and_ends_when_it_is_told_to()
    {
        var keyFile = _home.At("work/first-key");
        var line = _home.Line(PrivateHome.Program, "serve", "--port", "0", "--self-signed", "--first-key", keyFile, "--json");
        // So that what would be local time is told from UTC.
        line.Environment["TZ"] = "Asia/Kolkata";
        var begun = TimeProvider.System.GetUtcNow();
        var process = _home.Start(line);
        var errors = process.StandardError.ReadToEndAsync(Stop);
        var started = JsonElement.Parse((await process.StandardOutput.ReadLineAsync(Stop))!);
        Assert.False(started.TryGetProperty("key", out _));
        Assert.Equal(keyFile, started.GetProperty("key_file").GetString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keyFile));

        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = SelfSignedCertificateTests.Trusting(started.GetProperty("certificate").GetString()!) } })
        {
            BaseAddress = new(started.GetProperty("address").GetString()!),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(keyFile, Stop)).Trim()) },
        };
        var body = $$"""{"model": "SmolLM2-135M-Instruct", "max_tokens": 4, "temperature": 0, "messages": [{"role": "user", "content": "{{Canary}}"}]}""";
        using var answer = await client.PostAsync("/v1/chat/completions", new StringContent(body), Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var missing = await client.GetAsync($"/{Canary}?{Canary}", Stop);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        var metrics = PrometheusReader.Read(await client.GetStringAsync("/metrics", Stop));
        Assert.Equal(0, metrics.Single(m => m.Name == "hearth_server_worker_denied_calls_total").Value);

        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(Stop).WaitAsync(Patience.Longest, Stop);
        Assert.Equal(0, process.ExitCode);
        Assert.DoesNotContain(Canary, await errors, StringComparison.Ordinal);
        var log = (await errors).Split('\n').Where(l => l.StartsWith('{')).Select(l => JsonElement.Parse(l)).ToList();
        Assert.All(log, l => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", l.GetProperty("Timestamp").GetString()));
        Assert.All(log, l => Assert.InRange(l.GetProperty("Timestamp").GetDateTimeOffset(), begun.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1)));
        var lines = log.Where(l => l.GetProperty("Category").GetString() == "Hearth.Server.Access").Select(l => l.GetProperty("State")).ToList();
        Assert.Equal(["/v1/chat/completions 200", " 404", "/metrics 200"], lines.Select(l => $"{l.GetProperty("Route").GetString()} {l.GetProperty("Status")}"));
        Assert.Equal("4", $"{lines[0].GetProperty("OutputTokens")}");
    }

    [Fact]
    public async Task It_says_which_file_the_first_key_is_in_and_not_the_key()
    {
        var process = _home.Start(_home.Line(PrivateHome.Program, "serve", "--port", "0", "--first-key", "first-key"));
        var said = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(Stop) is { } line && !line.Contains("try it", StringComparison.Ordinal))
            said.Append(line).Append('\n');
        var key = (await File.ReadAllTextAsync(_home.At("work/first-key"), Stop)).Trim();
        Assert.Contains($"  key         in {_home.At("work/first-key")}\n", $"{said}", StringComparison.Ordinal);
        Assert.DoesNotContain(key, $"{said}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_port_that_is_taken_there_is_one_error_in_words_of_its_own()
    {
        await using var other = await TestServer.StartAsync();
        var (code, output, error) = await _home.RunAsync("", "serve", "--port", $"{other.Address.Port}");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"error: The server can't listen on 127.0.0.1 port {other.Address.Port}: ", error, StringComparison.Ordinal);
        Assert.Equal(["error", "  expected", "  to do"], error.TrimEnd('\n').Split('\n').Select(line => line.Split(':')[0]));
    }
}
