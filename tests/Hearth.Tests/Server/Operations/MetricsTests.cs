using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Hearth.Server.Operations;
using Hearth.Storage.Access;
using Hearth.Tests.Server.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Server.Operations;

public sealed class MetricsTests : IAsyncLifetime
{
    const string Chat = "/v1/chat/completions";
    const string Question = """{"model": "tiny", "messages": [{"role": "user", "content": "x"}]}""";

    TestServer _server = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(options => options with { DeniedCalls = () => 7, Limits = options.Limits with { Parallel = 1 } });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_metric_has_its_name_its_labels_and_its_number()
    {
        await _server.PostAsync(Chat, Question);
        await _server.PostAsync(Chat, Question);
        await _server.PostAsync("/v1/embeddings", """{"model": "other", "input": ["a", "bc"]}""");
        await _server.PostAsync(Chat, "{}");
        var found = await ReadAsync(all => Value(all, "http_server_request_duration_seconds_count", ("http_route", Chat), ("http_response_status_code", "200")) == 2
            && Value(all, "http_server_request_duration_seconds_count", ("http_response_status_code", "400")) == 1
            && Value(all, "http_server_request_duration_seconds_count", ("http_route", "/v1/embeddings")) == 1);
        Assert.Equal(2, Value(found, "gen_ai_server_request_duration_seconds_count", ("gen_ai_operation_name", "chat"), ("gen_ai_request_model", "tiny")));
        Assert.Equal(1, Value(found, "gen_ai_server_request_duration_seconds_count", ("gen_ai_operation_name", "embeddings"), ("gen_ai_request_model", "other")));
        Assert.Equal(2, Value(found, "gen_ai_server_time_to_first_token_seconds_count", ("gen_ai_request_model", "tiny")));
        Assert.Equal(2, Value(found, "gen_ai_server_time_per_output_token_seconds_count", ("gen_ai_request_model", "tiny")));
        // The fake has 50 tokens of prompt, 40 of them cached the second time, and draws two.
        Assert.Equal(60, Value(found, "hearth_server_token_usage_total", ("gen_ai_token_type", "input"), ("gen_ai_request_model", "tiny")));
        Assert.Equal(40, Value(found, "hearth_server_token_usage_total", ("gen_ai_token_type", "cached_input"), ("gen_ai_request_model", "tiny")));
        Assert.Equal(4, Value(found, "hearth_server_token_usage_total", ("gen_ai_token_type", "output"), ("gen_ai_request_model", "tiny")));
        Assert.Equal(3, Value(found, "hearth_server_token_usage_total", ("gen_ai_token_type", "input"), ("gen_ai_request_model", "other")));
        Assert.Equal(1, Value(found, "hearth_server_refusals_total", ("http_response_status_code", "400"), ("error_type", "invalid_value")));
        Assert.Equal(2, Value(found, "hearth_server_models_loaded"));
        Assert.True(Value(found, "hearth_server_model_memory_bytes", ("gen_ai_request_model", "tiny")) > 1_000_000);
        Assert.Equal(0, Value(found, "hearth_server_requests_running", ("gen_ai_request_model", "tiny")));
        Assert.Equal(7, Value(found, "hearth_server_worker_denied_calls_total"));
    }

    [Fact]
    public async Task Who_runs_and_who_waits_is_shown_while_it_is_so()
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _server.Model.BeforePiece = _ =>
        {
            asked.TrySetResult();
            return go.Task;
        };
        var answers = new[] { _server.PostAsync(Chat, Question), _server.PostAsync(Chat, Question) };
        await asked.Task.WaitAsync(Patience.Longest, Stop);
        await ReadAsync(all => Value(all, "hearth_server_requests_running", ("gen_ai_request_model", "tiny")) == 1 && Value(all, "hearth_server_requests_waiting", ("gen_ai_request_model", "tiny")) == 1);
        go.SetResult();
        await Task.WhenAll(answers);
        await ReadAsync(all => Value(all, "hearth_server_requests_running", ("gen_ai_request_model", "tiny")) == 0 && Value(all, "hearth_server_requests_waiting", ("gen_ai_request_model", "tiny")) == 0);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_no_complete_one()
    {
        _server.Model.Answer = _ => ["a", "b", Thrown()];
        Assert.Equal(HttpStatusCode.InternalServerError, (await _server.PostAsync(Chat, Question)).Status);
        var found = await ReadAsync(all => Value(all, "gen_ai_server_request_duration_seconds_count", ("error_type", "incomplete")) == 1);
        Assert.Equal(0, Value(found, "gen_ai_server_time_per_output_token_seconds_count"));
        Assert.Equal(1, Value(found, "hearth_server_refusals_total", ("error_type", "internal_error"), ("http_response_status_code", "500")));

        static string Thrown() => throw new InvalidOperationException("x");
    }

    [Fact]
    public async Task A_route_that_is_not_there_makes_no_label()
    {
        for (var i = 0; i < 20; i++)
            (await _server.SendAsync(i % 2 == 0 ? HttpMethod.Get : new HttpMethod($"M{i}"), $"/nowhere/{i}", null, null, change: r => r.Headers.Add(i % 4 == 0 ? "anthropic-version" : "x-other", "2023-06-01"))).Dispose();
        var found = await ReadAsync(all => Value(all, "http_server_request_duration_seconds_count", ("http_request_method", "_OTHER")) == 20);
        Assert.Single(found, s => s.Name == "http_server_request_duration_seconds_count" && s.Labels["http_request_method"] == "_OTHER");
    }

    [Theory]
    [InlineData(KeyScopes.Metrics, HttpStatusCode.OK)]
    [InlineData(KeyScopes.Admin, HttpStatusCode.Forbidden)]
    public async Task Who_watches_needs_no_more_than_the_scope_for_it(KeyScopes scope, HttpStatusCode expected)
    {
        using var response = await _server.SendAsync(HttpMethod.Get, "/metrics", null, await _server.AddKeyAsync("alice", scope));
        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", $"{response.Content.Headers.ContentType}");
    }

    [Fact]
    public void What_is_written_is_read_back_whatever_a_label_holds()
    {
        using var meter = new Meter("test");
        using var store = new MetricStore(meter);
        var counter = meter.CreateCounter<long>("a.count", "{thing}", "Back\\slash and\nline.");
        var histogram = meter.CreateHistogram("b.time", "s", "Time.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        string[] labels = ["", "plain", "a\"b", "a\\", "a\nb", "a\\n", "ü}", "a,b=\"c\""];
        foreach (var label in labels)
            counter.Add(3, new KeyValuePair<string, object?>("x.y", label));
        foreach (var value in (double[])[0.25, 0.5, 0.75, 1, 7])
            histogram.Record(value);
        var found = PrometheusReader.Read(store.Read());
        Assert.Equal(labels.Order(StringComparer.Ordinal), found.Where(s => s.Name == "a_count_total").Select(s => s.Labels["x_y"]).Order(StringComparer.Ordinal));
        Assert.All(labels, label => Assert.Equal(3, Value(found, "a_count_total", ("x_y", label))));
        // A bucket includes its upper end.
        Assert.Equal([2, 4, 5], found.Where(s => s.Name == "b_time_seconds_bucket").Select(s => s.Value));
        Assert.Equal(9.5, Value(found, "b_time_seconds_sum"));
        Assert.Equal(5, Value(found, "b_time_seconds_count"));
    }

    /// <summary>The sum of what has these labels.</summary>
    static double Value(List<MetricSample> all, string name, params (string Name, string Value)[] labels)
        => all.Where(s => s.Name == name && labels.All(l => s.Labels.TryGetValue(l.Name, out var value) && value == l.Value)).Sum(s => s.Value);

    /// <summary>Reads until it is so: a request is counted when its response has been sent.</summary>
    async Task<List<MetricSample>> ReadAsync(Func<List<MetricSample>, bool> until)
    {
        var key = await _server.AddKeyAsync("alice", KeyScopes.Metrics);
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await _server.SendAsync(HttpMethod.Get, "/metrics", null, key);
            var text = await response.Content.ReadAsStringAsync(Stop);
            var found = PrometheusReader.Read(text);
            if (until(found))
                return found;
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience.Longest, text);
            await Task.Delay(20, Stop);
        }
    }
}
