using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hearth.Server.Serving;

namespace Hearth.Server.Operations;

/// <summary>
/// What the server measures. Names are those of OpenTelemetry's semantic conventions where they have one. A label is a name of this program or of a model: never a user's, and never a word of a request.
/// </summary>
sealed class ServerMeter : IDisposable
{
    /// <summary>By which a host program finds the meter, and the source of spans.</summary>
    internal const string Name = "Hearth.Server";

    /// <summary>Buckets in seconds, as the conventions recommend them.</summary>
    static readonly double[]
        OfRequests = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        OfAnswers = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
        OfFirstTokens = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        OfNextTokens = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];

    readonly Histogram<double> _requests, _answers, _firstToken, _nextTokens;
    readonly Counter<long> _tokens, _refusals;

    /// <param name="models">Whose state is shown.</param>
    /// <param name="deniedCalls">How many calls of workers were denied so far; null where nobody counts them.</param>
    internal ServerMeter(ModelPool models, Func<long>? deniedCalls)
    {
        _requests = Seconds("http.server.request.duration", "Requests, from their arrival to the end of the response.", OfRequests);
        _answers = Seconds("gen_ai.server.request.duration", "Answers of models, from the request to the last token, time in line included.", OfAnswers);
        _firstToken = Seconds("gen_ai.server.time_to_first_token", "From the request to the first token of the answer, time in line included.", OfFirstTokens);
        _nextTokens = Seconds("gen_ai.server.time_per_output_token", "For each token after the first one, on average over an answer.", OfNextTokens);
        _tokens = Meter.CreateCounter<long>("hearth.server.token.usage", "{token}", "Tokens by type: input that was computed, input that was in the cache, output.");
        _refusals = Meter.CreateCounter<long>("hearth.server.refusals", "{request}", "Requests that were refused or failed, by status and reason.");
        Meter.CreateObservableUpDownCounter("hearth.server.requests.running", () => models.Loaded.Select(m => Of(m, m.Queue.Load.Running)), "{request}", "Requests that a model answers now.");
        Meter.CreateObservableUpDownCounter("hearth.server.requests.waiting", () => models.Loaded.Select(m => Of(m, m.Queue.Load.Waiting)), "{request}", "Requests that wait for their turn at a model.");
        Meter.CreateObservableUpDownCounter("hearth.server.models.loaded", () => models.Loaded.Count, "{model}", "Models that are loaded.");
        Meter.CreateObservableUpDownCounter("hearth.server.model.memory", () => models.Loaded.Select(m => Of(m, m.Bytes)), "By", "What a loaded model takes of the budget, cache included.");
        if (deniedCalls is not null)
            Meter.CreateObservableCounter("hearth.server.worker.denied_calls", deniedCalls, "{call}", "System calls that a worker tried and was denied: each is an alarm.");
    }

    internal Meter Meter { get; } = new(Name);

    /// <summary>A request is over.</summary>
    internal void Count(string method, string? route, int status, TimeSpan time)
    {
        var labels = new TagList { { "http.request.method", method }, { "http.response.status_code", status } };
        if (route is not null)
            labels.Add("http.route", route);
        _requests.Record(time.TotalSeconds, labels);
    }

    /// <summary>A request was refused.</summary>
    internal void CountRefusal(int status, string code) => _refusals.Add(1, new TagList { { "http.response.status_code", status }, { "error.type", code } });

    /// <summary>An answer of a model is over.</summary>
    /// <param name="operation">What was done, in the words of the conventions.</param>
    /// <param name="model">By which model.</param>
    /// <param name="tokens">How many tokens were computed, were in the cache, and were drawn.</param>
    /// <param name="all">How long it took.</param>
    /// <param name="first">How long to its first token; null where there was none.</param>
    /// <param name="next">How long for each further token; null where there was none, or the answer did not come to its end.</param>
    /// <param name="isComplete">Whether it came to its end.</param>
    internal void Count(string operation, string model, (int Computed, int Cached, int Drawn) tokens, TimeSpan all, TimeSpan? first, TimeSpan? next, bool isComplete)
    {
        var labels = new TagList { { "gen_ai.operation.name", operation }, { "gen_ai.request.model", model } };
        if (first is { } toFirst)
            _firstToken.Record(toFirst.TotalSeconds, labels);
        if (next is { } each)
            _nextTokens.Record(each.TotalSeconds, labels);
        foreach (var (type, count) in ((string, int)[])[("input", tokens.Computed), ("cached_input", tokens.Cached), ("output", tokens.Drawn)])
            _tokens.Add(count, [.. labels, new("gen_ai.token.type", type)]);
        if (!isComplete)
            labels.Add("error.type", "incomplete");
        _answers.Record(all.TotalSeconds, labels);
    }

    public void Dispose() => Meter.Dispose();

    static Measurement<long> Of(PooledModel model, long value) => new(value, new KeyValuePair<string, object?>("gen_ai.request.model", model.Entry.Name));

    Histogram<double> Seconds(string name, string help, double[] bounds) => Meter.CreateHistogram(name, "s", help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
