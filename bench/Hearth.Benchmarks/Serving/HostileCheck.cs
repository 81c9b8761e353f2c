using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Hearth.Benchmarks.Models;
using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>Requests as nobody should send them, over raw connections: <c>./test --long requests [--cases N] [--seed N]</c>.</summary>
static class HostileCheck
{
    const int Connections = 128, Settling = 20_000;

    const string Hostile = "hostile", Good = "good";

    /// <summary>One who sends all of it, and one who is answered meanwhile.</summary>
    internal static readonly Tenant[] Tenants = [new(Hostile), new(Good)];

    /// <summary>Of <c>hearth serve</c>. A short context: a case whose limit was lost computes to its end.</summary>
    static readonly string[] Options = ["--context", "256", "--patience", "5"];

    /// <summary>Of a case, and of a good request on any machine.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30), HealthyLongest = TimeSpan.FromMinutes(2);

    /// <summary>What is changed; most of it is not JSON any more, or not what a field takes.</summary>
    static readonly (string Path, string Body)[] Seeds =
    [
        ("/v1/chat/completions", """{"model": "bench", "messages": [{"role": "system", "content": "x"}, {"role": "user", "content": [{"type": "text", "text": "y"}]}], "max_tokens": 1, "temperature": 0.5, "stop": ["a", "b"], "logit_bias": {"5": -100}, "stream": false}"""),
        ("/v1/chat/completions", """{"model": "bench", "messages": [{"role": "user", "content": "x"}], "max_tokens": 1, "stream": true, "stream_options": {"include_usage": true}, "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "properties": {"a": {"type": "string", "pattern": "^[a-z]{1,3}$"}}}}}}"""),
        ("/v1/chat/completions", """{"model": "bench", "messages": [{"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}, {"role": "tool", "tool_call_id": "1", "content": "z"}], "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}], "tool_choice": "none", "max_tokens": 1}"""),
        ("/v1/completions", """{"model": "bench", "prompt": ["a", "b"], "max_tokens": 1, "logprobs": 2, "n": 2}"""),
        ("/v1/completions", """{"model": "bench", "prompt": [1, 2, 3], "max_tokens": 1, "echo": true, "stream": true}"""),
        ("/v1/embeddings", """{"model": "bench", "input": ["a", "b"], "encoding_format": "base64", "dimensions": 8}"""),
        ("/v1/responses", """{"model": "bench", "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x"}]}], "max_output_tokens": 1, "stream": true}"""),
        ("/v1/rerank", """{"model": "bench", "query": "q", "documents": ["a", {"text": "b"}], "top_n": 1}"""),
        ("/v1/messages", """{"model": "bench", "max_tokens": 1, "system": [{"type": "text", "text": "s"}], "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}], "stream": true}"""),
        ("/api/chat", """{"model": "bench", "messages": [{"role": "user", "content": "x"}], "options": {"num_predict": 1, "temperature": 0}, "format": {"type": "object"}, "keep_alive": "5m"}"""),
        ("/api/generate", """{"model": "bench", "prompt": "x", "raw": true, "options": {"num_predict": 1, "stop": ["a"]}}"""),
        ("/api/show", """{"model": "bench"}"""),
        ("/mcp", """{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_models", "arguments": {}}}"""),
    ];

    static readonly string[] Words = ["null", "true", "[]", "{}", "\"\"", "-1", "1e308", "1e-400", "99999999999999999999", "0.1", "\"\\ud800\"", "\"\u0000\"", "[[[[[[[[", "{\"a\":", ",", "]", "}", "\\", "\"$ref\": \"#\"", "\"anyOf\": [true, false]"];

    static readonly string[] Headers =
    [
        "Transfer-Encoding: chunked", "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999", "Expect: 100-continue", "Content-Encoding: gzip", "Connection: keep-alive", "Connection: Upgrade\r\nUpgrade: websocket",
        "Host: evil.example", "Origin: https://evil.example", "Authorization: Bearer x", "x-api-key: y", "Content-Type: text/html", "Content-Type: application/json; charset=utf-16", "X: " + "y", "Cookie: a=b", ": empty", "traceparent: 00-0-0-0",
    ];

    internal static async Task<bool> RunAsync(Arguments arguments)
    {
        var cases = (int)arguments.Number("--cases", 1_000_000);
        var seed = (int)arguments.Number("--seed", Random.Shared.Next(1 << 20));
        arguments.ExpectNoMore();
        var version = (await Command.RunAsync(Command.Hearth, "--version")).Trim();
        await using var served = await ServedHearth.StartAsync(Command.Program, Path.Combine(Command.Root, BenchmarkModels.Shipped), Tenants, Options);
        var result = await MeasureAsync(served, cases, seed);
        var report = await new Report("Hostile requests").AddOriginAsync("./test --long requests", ("Hearth", version), ("Seed", $"{seed}"));
        report.AddParagraph(
            $"{result.Cases:N0} requests over raw connections to the server with the shipped model, {Connections} at a time, in {Report.Number(result.Seconds, "F0")} s: good ones of every API with their JSON, their headers or their framing broken, cut off, "
            + "stalled, reset or half closed. A good request of another user must be answered after every thousandth; nothing may be answered with 500 or later, in a stream neither, as where a worker dies; no worker may try what is denied to it; "
            + $"the memory of server and worker that belongs to no file may grow by {HostileResult.MostGrowth} MB from the first {Math.Min(Settling, cases / 2):N0} to the end: it grew by {Report.Number(result.Growth, "F0")} MB. {Report.Judge(result.IsMet)}.");
        report.AddTable(["status", "responses"], result.Statuses.OrderBy(s => s.Key).Select(s => (IReadOnlyList<string>)[s.Key == 0 ? "none" : $"{s.Key}", $"{s.Value:N0}"]));
        foreach (var fault in result.Faults)
            report.AddParagraph(fault);
        await report.WriteAsync("requests", result);
        return result.IsMet;
    }

    /// <summary>Sends requests until there were so many, or one is a fault.</summary>
    internal static async Task<HostileResult> MeasureAsync(ServedHearth served, int cases, int seed)
    {
        var key = served.ClientOf(Hostile).DefaultRequestHeaders.Authorization!.Parameter!;
        var (next, faults, statuses, settled) = (0, new ConcurrentBag<string>(), new ConcurrentDictionary<int, int>(), double.NaN);
        if (!await HealthyAsync(served))
            throw new CommandFailedException("The server does not answer a good request.");
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= cases && faults.IsEmpty; i = Interlocked.Increment(ref next))
            {
                if (await TryAsync(served, key, RandomOf(seed, i)) is { } status)
                    statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (i == Math.Min(Settling, cases / 2))
                    settled = served.Megabytes();
                if (i % 1000 == 0 && !await HealthyAsync(served))
                    faults.Add($"case {i} of seed {seed}: the server does not answer a good request any more");
                if (i % 50_000 == 0)
                    await Console.Error.WriteLineAsync($"{i:N0} of {cases:N0}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s, {served.Megabytes():F0} MB");
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var (labels, count) in (await served.MetricAsync("hearth_server_refusals_total")).Where(m => m.Labels.Contains("status_code=\"5", StringComparison.Ordinal)))
            faults.Add($"{count} requests failed: {labels}");
        if ((await served.MetricAsync("hearth_server_worker_denied_calls_total")).Sum(m => m.Value) is > 0 and var denied)
            faults.Add($"a worker tried {denied} calls that are denied to it");
        if (!await HealthyAsync(served))
            faults.Add("the server does not answer a good request at the end");
        return new(seed, Math.Min(next, cases), seconds, served.Megabytes() - settled, statuses, [.. faults]);
    }

    /// <summary>The same for the same case in every process.</summary>
    static Random RandomOf(int seed, int number) => new((int)(unchecked((((ulong)seed << 32) | (uint)number) * 0x9E37_79B9_7F4A_7C15) >> 33));

    static async Task<bool> HealthyAsync(ServedHearth served)
    {
        using var limit = new CancellationTokenSource(HealthyLongest);
        try
        {
            return (await StreamedAnswer.AskAsync(served.ClientOf(Good), StreamedAnswer.Prompt(8, 1), 2, cancellationToken: limit.Token)).Tokens == 2;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or CommandFailedException)
        {
            return false;
        }
    }

    /// <summary>The status of the response, 0 where there is none; null where nobody waited for one.</summary>
    static async Task<int?> TryAsync(ServedHearth served, string key, Random random)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // Half of them end with a reset instead of a goodbye.
        if (random.Next(2) == 0)
            socket.LingerState = new(true, 0);
        try
        {
            await socket.ConnectAsync(served.Address.Host, served.Address.Port, limit.Token);
            var (request, isShort) = Request(served, key, random);
            var cut = random.Next(4) == 0 ? random.Next(request.Length + 1) : request.Length;
            for (var at = 0; at < cut;)
            {
                var length = random.Next(8) == 0 ? Math.Min(cut - at, random.Next(1, 40)) : cut - at;
                await socket.SendAsync(request.AsMemory(at, length), limit.Token);
                at += length;
            }

            // Some go away at once, some say that they are done, some wait a while without a word, and few until the server has had enough of that.
            if (random.Next(8) == 0)
                return null;
            if (random.Next(4) == 0)
                socket.Shutdown(SocketShutdown.Send);
            if ((isShort || cut < request.Length) && random.Next(500) > 0)
                limit.CancelAfter(random.Next(50));
            return Status(await ReadAsync(socket, random.Next(16) == 0 ? 20 : 1 << 12, limit.Token));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>Reads until the head is there; a few read a little and go.</summary>
    static async Task<byte[]> ReadAsync(Socket socket, int most, CancellationToken cancellationToken)
    {
        var buffer = new byte[most];
        var length = 0;
        while (length < most && await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                break;
        }

        return buffer[..length];
    }

    static int Status(byte[] head)
        => head.Length > 12 && int.TryParse(Encoding.ASCII.GetString(head, 9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;

    /// <summary>A request, and whether it has less than its head says.</summary>
    static (byte[] Bytes, bool IsShort) Request(ServedHearth served, string key, Random random)
    {
        var (path, body) = Seeds[random.Next(Seeds.Length)];
        // Few stay good: what a model has to compute is what takes the time.
        for (var i = random.Next(16) == 0 ? 0 : random.Next(1, 5); i > 0; i--)
            body = Changed(body, random);
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var i = random.Next(8) == 0 ? random.Next(4) : 0; i > 0 && bytes.Length > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        var head = new StringBuilder();
        head.Append(random.Next(20) == 0 ? Word(random, "GET", "PUT", "OPTIONS", "TRACE", "\0", "POST POST") : "POST").Append(' ').Append(random.Next(20) == 0 ? Changed(path, random) : path).Append(" HTTP/1.1\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Host: localhost:{served.Address.Port}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n");
        for (var i = random.Next(4) == 0 ? random.Next(1, 4) : 0; i > 0; i--)
            head.Append(Headers[random.Next(Headers.Length)]).Append("\r\n");
        if (random.Next(100) == 0)
            head.Append("X-Long: ").Append('x', random.Next(200_000)).Append("\r\n");
        var length = random.Next(16) == 0 ? random.Next(2 * bytes.Length) : bytes.Length;
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n\r\n");
        byte[] request = [.. Encoding.UTF8.GetBytes(head.ToString()), .. bytes];
        return (random.Next(50) == 0 ? [.. request, .. request] : request, length > bytes.Length);
    }

    static string Changed(string text, Random random)
    {
        var (from, to) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
        (from, to) = (Math.Min(from, to), Math.Max(from, to));
        return random.Next(5) switch
        {
            0 => text[..from] + text[to..],
            1 => text[..from] + Word(random, Words) + text[from..],
            2 => text[..from] + Word(random, Words) + text[Math.Min(text.Length, from + random.Next(8))..],
            3 => text[..to] + text[from..],
            _ => text[..from] + string.Concat(Enumerable.Repeat(Word(random, Words), random.Next(50))) + text[from..],
        };
    }

    static string Word(Random random, params string[] words) => words[random.Next(words.Length)];
}
