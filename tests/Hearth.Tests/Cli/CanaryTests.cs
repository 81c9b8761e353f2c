using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;
using Hearth.Tests.Workers.Support;

namespace Hearth.Tests.Cli;

/// <summary>A whole session of the built program in folders of its own, and then a search of all that is left for what was said.</summary>
public sealed class CanaryTests : IDisposable
{
    /// <summary>Folders of the machine in which programs leave things, whatever their environment says.</summary>
    static readonly string[] Shared = ["/tmp", "/var/tmp", "/dev/shm"];

    /// <summary>In this session only, so that another run of the test can't be found.</summary>
    readonly string _canary = $"canary{Guid.NewGuid():N}";

    readonly PrivateHome _home = new();

    /// <summary>What the user gives: outside of the search.</summary>
    readonly TemporaryFolder _given = new();

    readonly HashSet<string> _before = [.. Shared.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries)];
    readonly HashSet<string> _coreFiles = [.. Directory.EnumerateFiles("/", "core*")];
    readonly List<string> _errors = [];

    /// <summary>What the server showed to whoever started it.</summary>
    string _key = "";

    public void Dispose()
    {
        _home.Dispose();
        _given.Dispose();
    }

    [Fact]
    public async Task After_a_session_what_was_said_is_nowhere_but_in_the_file_that_the_user_saved()
    {
        await ExpectAsync(0, _canary, "run", "--system", _canary, "--max-tokens", "4", "--stop", $"{_canary}?", "--timings");
        await ExpectAsync(0, _canary, "run", "--raw", "--json", "--max-tokens", "4", "--logprobs", "2");
        await ExpectAsync(1, _canary, "run", "--tools", Given("tools.json", $$"""[{"name": "f{{_canary}}", "description": "{{_canary}}"}]"""));
        await ExpectAsync(1, string.Join(' ', Enumerable.Repeat(_canary, 100)), "run", "--context", "64");
        await ExpectAsync(0, "", "template", "--context", Given("context.json", Context));
        await ExpectAsync(1, "", "template", "--context", Given("broken.json", $"{{\"messages\": [{_canary}"));
        await ExpectAsync(0, _canary, "tokenize");
        await ExpectAsync(0, _canary, "embed", "--model", ShippedEncoder.Path, "--prefix", _canary);
        await ExpectAsync(1, "", "embed", "--model", ShippedEncoder.Path, "--input", Given("texts.jsonl", $"{{\"text\": \"{_canary}\"}}\n{_canary}\n"));
        await ExpectAsync(0, string.Join(' ', Enumerable.Repeat(_canary, 40)), "perplexity");
        await ExpectAsync(1, _canary, "perplexity");
        await ExpectAsync(1, _canary, "rerank", "--query", _canary, "--model", ShippedEncoder.Path);
        await ExpectAsync(0, "", "models", "import", ShippedModel.Path, "--name", "mine");
        await ExpectAsync(0, $"{_canary}\n/system {_canary}\n{_canary}\n/compact\n/save {_home.At("work/saved.json")}\n/stats\n/quit\n", "chat", "--model", "mine", "--max-tokens", "4");
        await ChatInATerminalAsync();
        await ServeAsync();
        await LoseAWorkerAsync();

        Assert.DoesNotContain(_canary, string.Concat(_errors), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_key, string.Concat(_errors), StringComparison.Ordinal);
        Assert.Equal(["work/saved.json: UTF-8"], CanarySearch.Find(_home.Root, _canary));
        // What a program or a library leaves where it was not asked to is seen too.
        Assert.Equal(["data/hearth/models/catalogue.json", "data/hearth/models/lock", "data/hearth/storage/hearth.db", "work/saved.json"], _home.Files);
        Assert.Empty(Left().SelectMany(entry => CanarySearch.Find(entry, _canary)));
        // A key is shown once, and only its digest is kept.
        Assert.NotEmpty(_key);
        Assert.Empty(CanarySearch.Find(_home.Root, _key));
        Assert.Empty(Left().SelectMany(entry => CanarySearch.Find(entry, _key)));
    }

    [Fact]
    public async Task The_search_passes_over_a_pipe()
    {
        using (var make = Process.Start("mkfifo", [_home.At("pipe")]))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await Task.Run(() => CanarySearch.Find(_home.Root, _canary)).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    public static TheoryData<string> EncodingNames => [.. CanarySearch.Encodings("x").Keys];

    [Theory, MemberData(nameof(EncodingNames))]
    public void The_search_finds_it_however_it_is_written(string encoding)
    {
        var content = encoding switch
        {
            "UTF-16" => Encoding.Unicode.GetBytes($"a {_canary} b"),
            "hexadecimal" => Encoding.UTF8.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes($"a {_canary} b"))),
            "base64" => Base64($"abc{_canary} b"),
            "base64, one byte later" => Base64($"a{_canary} b"),
            "base64, two bytes later" => Base64($"ab{_canary} b"),
            _ => Encoding.UTF8.GetBytes($"a {_canary} b"),
        };
        File.WriteAllBytes(_home.At("cache/x"), [.. new byte[100_000], .. content]);
        Assert.Equal([$"cache/x: {encoding}"], CanarySearch.Find(_home.Root, _canary));

        static byte[] Base64(string text) => Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
    }

    string Context => """
        {"messages": [{"role": "user", "content": "CANARY"}, {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"x": "CANARY"}}}]},
        {"role": "tool", "content": "CANARY"}], "tools": [{"function": {"name": "f", "description": "CANARY"}}], "add_generation_prompt": true}
        """.Replace("CANARY", _canary, StringComparison.Ordinal);

    string Given(string name, string content)
    {
        var path = Path.Combine(_given.Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    async Task ExpectAsync(int code, string input, params string[] words)
    {
        var run = await _home.RunAsync(input, words);
        Assert.True(code == run.Code, $"hearth {string.Join(' ', words)}: exit code {run.Code}, not {code}. {run.Error}");
        _errors.Add(run.Error);
    }

    /// <summary>With the editor, its history and what Markdown makes of the answer.</summary>
    async Task ChatInATerminalAsync()
    {
        var start = _home.Line("script", "-qfec", $"exec {PrivateHome.Program} chat --max-tokens 4", "/dev/null");
        start.Environment["TERM"] = "xterm";
        var script = _home.Start(start);
        var screen = new ScreenStream();
        var copying = script.StandardOutput.BaseStream.CopyToAsync(screen, TestContext.Current.CancellationToken);
        await screen.WaitForAsync("› ");
        await script.StandardInput.WriteAsync($"{_canary}\r");
        await script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await screen.WaitForAsync("is 4.");    // the last words of the note about --max-tokens
        await script.StandardInput.WriteAsync("/help\r");
        await script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await screen.WaitForAsync("/compact");
        await script.StandardInput.WriteAsync("\u0004");
        await script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        await copying;
        Assert.Equal(0, script.ExitCode);
    }

    /// <summary>Requests that are answered, and some that fail in every way that a request can.</summary>
    async Task ServeAsync()
    {
        var host = _home.Start(_home.Line(PrivateHome.Program, "serve", "--port", "0", "--json"));
        var error = host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var shown = JsonElement.Parse((await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        using var client = new HttpClient { BaseAddress = new(shown.GetProperty("address").GetString()!) };
        _key = shown.GetProperty("key").GetString()!;
        client.DefaultRequestHeaders.Authorization = new("Bearer", _key);
        client.DefaultRequestHeaders.UserAgent.ParseAdd(_canary);
        var chat = $$"""{"model": "mine", "max_tokens": 4, "messages": [{"role": "system", "content": "{{_canary}}"}, {"role": "user", "content": "{{_canary}}"}]""";
        (int Status, string Path, string Body)[] requests =
        [
            (200, "/v1/chat/completions", chat + "}"),
            (200, "/v1/chat/completions", chat + """, "stream": true}"""),
            (400, "/v1/chat/completions", chat + $$"""{{_canary}}"""),
            (400, "/v1/chat/completions", chat + $$""", "temperature": "{{_canary}}"}"""),
            (400, "/v1/chat/completions", chat + $$$$$$""", "response_format": {"type": "json_schema", "json_schema": {"name": "{{{{{{_canary}}}}}}", "schema": {"{{{{{{_canary}}}}}}": 1, "not": {}}}}}"""),
            (404, "/v1/chat/completions", $$"""{"model": "{{_canary}}", "messages": [{"role": "user", "content": "x"}]}"""),
            (404, $"/v1/{_canary}?x={_canary}", "{}"),
        ];
        foreach (var (status, path, body) in requests)
        {
            using var response = await client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
            Assert.Equal((status, path), ((int)response.StatusCode, path));
        }

        await PrivateHome.RunAsync(_home.Line("kill", host.Id.ToString(CultureInfo.InvariantCulture)), "");
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        _errors.Add(await error);
    }

    /// <summary>The worker dies in the middle of an answer.</summary>
    async Task LoseAWorkerAsync()
    {
        var host = _home.Start(_home.Line(["bash", "-c", "ulimit -c unlimited; exec \"$0\" \"$@\"", PrivateHome.Program, "chat", .. PrivateHome.Endless]));
        var error = host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await host.StandardInput.WriteLineAsync(_canary);
        await host.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await host.StandardOutput.ReadAsync(new char[1], TestContext.Current.CancellationToken);
        // A signal that makes a core file, and that the runtime leaves alone.
        var worker = Assert.Single(Children(host));
        await PrivateHome.RunAsync(_home.Line("kill", "-XCPU", worker.ToString(CultureInfo.InvariantCulture)), "");
        await Eventually.HoldsAsync(() => !Children(host).Contains(worker), "the worker is gone");
        host.StandardInput.Close();
        await host.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        _errors.Add(await error);
        Assert.Contains("signal 24", _errors[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles("/", "core*").Except(_coreFiles));
    }

    static int[] Children(Process process) => [.. Directory.EnumerateDirectories($"/proc/{process.Id}/task").SelectMany(Read)];

    static IEnumerable<int> Read(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>What came into the folders of the machine during the session, whoever put it there.</summary>
    IEnumerable<string> Left() => Shared.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries).Where(entry => !_before.Contains(entry));
}
