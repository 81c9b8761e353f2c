using System.Diagnostics;
using System.Net.Http.Headers;
using Hearth.Cli.Output;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Mcp;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Workers.Support;
using Microsoft.Extensions.Logging;

namespace Hearth.Tests.Server.Operations;

/// <summary>What is kept of requests: a line of the log, a span and numbers, each with what they are for, and none with a word of a request.</summary>
public sealed class RequestRecordTests : IAsyncLifetime
{
    const string Chat = "/v1/chat/completions";
    const string Canary = "canary7c41";

    readonly KeptLog _log = new();
    readonly KeptSpans _spans = new();
    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(log: log =>
    {
        ServerLog.SetLevels(log, quiet: false);
        log.AddProvider(_log);
    });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _spans.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_request_has_a_line_in_the_log()
    {
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, Question("x"), _server.Key);
        var line = await LineAsync(response);
        Assert.Equal(
            ["POST", Chat, "200", "", "tiny", "50", "2", _server.Key.Split('_')[1]],
            ((string[])["Method", "Route", "Status", "Error", "Model", "InputTokens", "OutputTokens", "Key"]).Select(name => $"{line.Fields[name]}"));
        Assert.InRange((long)line.Fields["Milliseconds"]!, 0, 60_000);
        Assert.DoesNotContain("alice", line.All, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Key, line.All, StringComparison.Ordinal);
        using var refused = await _server.SendAsync(HttpMethod.Post, Chat, "{}", null);
        Assert.Equal(("401", "invalid_api_key"), ($"{(await LineAsync(refused)).Fields["Status"]}", $"{(await LineAsync(refused)).Fields["Error"]}"));
    }

    [Fact]
    public async Task A_client_that_goes_away_is_told_apart()
    {
        _server.Model.BeforePiece = cancellation => Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        using var gone = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Question("x")), Headers = { Authorization = new("Bearer", _server.Key) } };
        var answer = _server.Client.SendAsync(request, gone.Token);
        await Eventually.HoldsAsync(() => _server.Model.Requests.Count == 1, "the model is asked");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await Eventually.HoldsAsync(() => _log.Lines.Any(l => $"{l.Fields.GetValueOrDefault("Status")} {l.Fields.GetValueOrDefault("Error")}" == "499 client_gone"), "its line is there");
    }

    [Fact]
    public async Task A_request_is_a_span_of_the_trace_that_it_names()
    {
        var (trace, parent) = ($"{ActivityTraceId.CreateRandom()}", $"{ActivitySpanId.CreateRandom()}");
        using var response = await _server.SendAsync(HttpMethod.Post, Chat, Question("x"), _server.Key, change: r => r.Headers.Add("traceparent", $"00-{trace}-{parent}-01"));
        await Eventually.HoldsAsync(() => _spans.Of(trace).Any(), "the span has ended");
        var span = _spans.Of(trace).Single();
        Assert.Equal($"POST {Chat}", span.DisplayName);
        // ASP.NET Core may have a span of its own between the caller's and this one.
        Assert.NotEqual(default, span.ParentSpanId);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["hearth.request.id"] = response.Headers.GetValues("x-request-id").Single(),
                ["http.request.method"] = "POST",
                ["http.route"] = Chat,
                ["http.response.status_code"] = 200,
                ["gen_ai.request.model"] = "tiny",
                ["gen_ai.usage.input_tokens"] = 50,
                ["gen_ai.usage.output_tokens"] = 2,
            },
            span.TagObjects.ToDictionary());
        var failed = $"{ActivityTraceId.CreateRandom()}";
        using var refused = await _server.SendAsync(HttpMethod.Post, Chat, "{}", _server.Key, change: r => r.Headers.Add("traceparent", $"00-{failed}-{parent}-01"));
        await Eventually.HoldsAsync(() => _spans.Of(failed).Any(), "the span has ended");
        Assert.Equal(("invalid_value", ActivityStatusCode.Error), (_spans.Of(failed).Single().GetTagItem("error.type"), _spans.Of(failed).Single().Status));
    }

    [Fact]
    public async Task No_word_of_a_request_or_an_answer_is_in_the_log_the_metrics_or_the_spans()
    {
        await _server.Database.Users.AddAsync(Canary, new(), Stop);
        var key = await _server.AddKeyAsync(Canary, KeyScopes.Chat | KeyScopes.Read | KeyScopes.Metrics);
        var sent = 0;
        foreach (var body in Bodies)
        {
            await SendAsync("POST", Chat, body);
            await SendAsync("POST", "/v1/embeddings", body);
            await SendAsync("POST", "/mcp", body);
        }

        foreach (var call in (string[])[
            McpMessages.Call("2025-11-25", "chat", $$"""{"model": "tiny", "prompt": "{{Canary}}"}"""), McpMessages.Call("2025-11-25", "chat", $$"""{"{{Canary}}": "{{Canary}}"}"""),
            McpMessages.Call("2025-11-25", Canary, "{}"), McpMessages.Request("2025-11-25", Canary, "{}"), McpMessages.Request("2025-11-25", "ping", "{}", $"\"{Canary}\"")])
            await SendAsync("POST", "/mcp", call, r => Add(r, "Accept", "application/json, text/event-stream"));

        foreach (var header in (string[])["User-Agent", "Referer", "Cookie", "X-Canary", "X-Request-Id", "Accept", "Origin", "Sec-Fetch-Site", "traceparent", "tracestate", "baggage", "Correlation-Context", "x-api-key", "Host", "Forwarded", "Content-Type"])
            await SendAsync("POST", Chat, Question("x"), r => Add(r, header, header is "tracestate" or "baggage" or "Correlation-Context" ? $"{Canary}={Canary}" : Canary));
        await SendAsync("POST", Chat, Question("x"), r =>
        {
            r.Headers.Add("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01");
            r.Headers.Add("tracestate", $"{Canary}={Canary}");
        });
        await SendAsync("POST", Chat, Question("x"), r => r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Canary));
        await SendAsync("GET", $"/v1/models/{Canary}");
        await SendAsync("GET", $"/{Canary}?{Canary}={Canary}");
        await SendAsync("GET", $"/v1/models?api_key={Canary}");
        await SendAsync(Canary, "/v1/models");
        // What breaks, breaks with its words.
        foreach (var stream in (string[])["", ", \"stream\": true"])
        {
            _server.Model.Answer = _ => [Canary, Thrown()];
            await SendAsync("POST", Chat, Question(Canary, stream));
            await SendAsync("POST", "/mcp", McpMessages.Call("2025-11-25", "chat", $$"""{"model": "tiny", "prompt": "{{Canary}}"}"""), r => Add(r, "Accept", "application/json, text/event-stream"));
        }

        await Eventually.HoldsAsync(() => _log.Lines.Count(l => l.Category == "Hearth.Server.Access") >= sent, $"{sent} requests have their lines");
        using var metrics = await _server.SendAsync(HttpMethod.Get, "/metrics", null, key);
        var text = await metrics.Content.ReadAsStringAsync(Stop);
        Assert.Contains("hearth_server_refusals_total{", text, StringComparison.Ordinal);
        // A span ends after its line is written.
        await Eventually.HoldsAsync(() => _spans.All.Count >= sent, $"{sent} requests have their spans");
        Assert.DoesNotContain([text, .. _log.Lines.Select(l => l.All), .. _spans.All.Select(KeptSpans.TextOf)], (string kept) => kept.Contains(Canary, StringComparison.OrdinalIgnoreCase));

        async Task SendAsync(string method, string path, string? body = null, Action<HttpRequestMessage>? change = null)
        {
            sent++;
            try
            {
                (await _server.SendAsync(new(method), path, body, key, change: change)).Dispose();
            }
            catch (HttpRequestException)
            {
                // A stream that fails is broken.
            }
        }

        static string Thrown() => throw new InvalidOperationException(Canary);
    }

    static IEnumerable<string> Bodies =>
    [
        Question(Canary),
        Question(Canary, ", \"stream\": true"),
        Question(Canary, $$""", "user": "{{Canary}}", "{{Canary}}": "{{Canary}}", "metadata": {"a": "{{Canary}}"}, "stop": "{{Canary}}" """),
        Question(Canary, """, "response_format": {"type": "json_schema", "json_schema": {"name": "NAME", "schema": {"type": "object", "properties": {"NAME": {"not": {}}}}}}""".Replace("NAME", Canary, StringComparison.Ordinal)),
        Question(Canary, """, "tools": [{"type": "function", "function": {"name": "NAME", "description": "NAME"}}]""".Replace("NAME", Canary, StringComparison.Ordinal)),
        Question(Canary, $$""", "temperature": "{{Canary}}" """),
        $$"""{"model": "{{Canary}}", "input": "{{Canary}}", "messages": []}""",
        $$"""{"model": "other", "input": ["{{Canary}}"]}""",
        $$"""{"model": "tiny", "messages": [{"role": "{{Canary}}", "name": "{{Canary}}", "content": "x"}]}""",
        $"{{\"{Canary}",
    ];

    static string Question(string text, string more = "") => $$"""{"model": "tiny", "messages": [{"role": "user", "content": "{{text}}"}]{{more}}}""";

    static void Add(HttpRequestMessage request, string header, string value)
    {
        if (header == "Content-Type")
            request.Content!.Headers.Remove(header);
        if (header == "Content-Type" ? request.Content!.Headers.TryAddWithoutValidation(header, value) : request.Headers.TryAddWithoutValidation(header, value))
            return;
        Assert.Fail(header);
    }

    async Task<KeptLine> LineAsync(HttpResponseMessage response)
    {
        var id = response.Headers.GetValues("x-request-id").Single();
        await Eventually.HoldsAsync(() => Lines().Any(), "the line is there");
        return Lines().Single();

        IEnumerable<KeptLine> Lines() => _log.Lines.Where(l => l.Category == "Hearth.Server.Access" && l.Fields["Id"] as string == id);
    }
}
