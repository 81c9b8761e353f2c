using System.Diagnostics;
using Hearth.Server.Access;
using Hearth.Server.Routes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hearth.Server.Operations;

/// <summary>What is kept of one request: figures and names of ours, for the metrics, its span and its line in the log. Nothing of what it says, not even its path.</summary>
sealed partial class RequestRecord : IDisposable
{
    /// <summary>What servers commonly log where the client has gone before the answer was there.</summary>
    const int ClientGone = 499;

    static readonly ActivitySource Source = new(ServerMeter.Name);

    readonly HttpContext _http;
    readonly HearthService _service;
    readonly Activity? _span;
    readonly long _begun;
    readonly string _method;
    readonly string? _route;
    string? _error;
    bool _isGone;
    int _input, _output;

    internal RequestRecord(HttpContext http, HearthService service, Route route)
    {
        (_http, _service, _begun) = (http, service, service.Clock.GetTimestamp());
        // What was asked for, and how, where there is no such route, are words of whoever asks.
        (_method, _route) = route.Method == "*" ? ("_OTHER", null) : (HttpMethods.IsHead(http.Request.Method) ? HttpMethods.Head : route.Method, route.Path);
        _span = Begin();
    }

    /// <summary>The id of the key, which is no secret; null until it is known.</summary>
    internal string? KeyId { get; set; }

    /// <summary>The model by its name on the list; null until it is known.</summary>
    internal string? Model { get; set; }

    /// <summary>Adds the tokens of one answer; there may be several at once.</summary>
    internal void Add(int input, int output)
    {
        Interlocked.Add(ref _input, input);
        Interlocked.Add(ref _output, output);
    }

    internal void Refused(Refusal refusal)
    {
        _error = refusal.Code;
        _service.Meter.CountRefusal(refusal.Status, refusal.Code);
    }

    internal void Gone() => (_isGone, _error) = (true, "client_gone");

    public void Dispose()
    {
        var (status, time) = (_isGone ? ClientGone : _http.Response.StatusCode, _service.Clock.GetElapsedTime(_begun));
        _service.Meter.Count(_method, _route, status, time);
        LogRequest(_service.AccessLog, _http.TraceIdentifier, _method, _route, status, _error, (long)time.TotalMilliseconds, KeyId, Model, _input, _output);
        End(status);
    }

    Activity? Begin()
    {
        if (!Source.HasListeners())
            return null;
        // Only the ids are taken over: the other headers of a trace (tracestate, baggage) are words of whoever asks.
        var parent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? new(current.TraceId, current.SpanId, current.ActivityTraceFlags)
            : ActivityContext.TryParse(_http.Request.Headers.TraceParent, null, isRemote: true, out var remote) ? remote
            : default(ActivityContext);
        return Source.StartActivity(_route is null ? _method : $"{_method} {_route}", Activity.Current is null ? ActivityKind.Server : ActivityKind.Internal, parent);
    }

    void End(int status)
    {
        if (_span is null)
            return;
        _span.SetTag("hearth.request.id", _http.TraceIdentifier);
        _span.SetTag("http.request.method", _method);
        _span.SetTag("http.route", _route);
        _span.SetTag("http.response.status_code", status);
        _span.SetTag("error.type", _error);
        _span.SetTag("gen_ai.request.model", Model);
        if (Model is not null)
        {
            _span.SetTag("gen_ai.usage.input_tokens", _input);
            _span.SetTag("gen_ai.usage.output_tokens", _output);
        }

        if (_error is not null)
            _span.SetStatus(ActivityStatusCode.Error);
        _span.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} {Method} {Route} {Status} {Error} {Milliseconds} ms, key {Key}, model {Model}, {InputTokens} tokens in, {OutputTokens} out")]
    static partial void LogRequest(ILogger log, string id, string method, string? route, int status, string? error, long milliseconds, string? key, string? model, int inputTokens, int outputTokens);
}
