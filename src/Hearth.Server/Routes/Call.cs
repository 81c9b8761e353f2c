using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Operations;
using Hearth.Server.Serving;
using Hearth.Storage.Access;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Routes;

/// <summary>One request that was admitted.</summary>
sealed class Call(HttpContext http, HearthService service, Route route, Principal? principal, RequestRecord record) : IDisposable
{
    readonly CancellationTokenSource _stopped = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, service.Ended);
    StreamedResponse? _stream;
    (ReadOnlyMemory<byte> Body, int Status)? _whole;

    internal HttpContext Http => http;

    internal HearthService Service => service;

    /// <summary>What is kept of it.</summary>
    internal RequestRecord Record => record;

    /// <summary>Who asks. Only where the route needs a scope.</summary>
    internal Principal Principal => principal ?? throw new InvalidOperationException($"{route.Path} is open to anybody, and asks who is there.");

    /// <summary>The client has gone, or the server ends and has waited long enough.</summary>
    internal CancellationToken CancellationToken => _stopped.Token;

    internal StreamedResponse Stream => _stream ??= new(http);

    /// <summary>How a stream that has begun says that it failed; null for as its API does. Set by streams that number their events.</summary>
    internal Func<Refusal, Task>? TellFailureAsync { get; set; }

    internal async Task<RequestBody> ReadBodyAsync()
    {
        using var turn = await service.Rates.AwaitBodyAsync(Principal, http.Request.ContentLength, CancellationToken);
        return await RequestBody.ReadAsync(http.Request);
    }

    /// <summary>A part of the path.</summary>
    internal string Part(string name) => http.Request.RouteValues[name] as string ?? "";

    internal async Task<ModelLease> UseModelAsync(string name)
    {
        var lease = await service.Models.UseAsync(name, Principal, CancellationToken);
        record.Model = lease.Name;
        return lease;
    }

    /// <summary>What the client is to be told of a failure, where the answer has a place of its own for it.</summary>
    internal Refusal Explain(Exception e) => Dispatcher.Explain(e, http, service, route, record);

    /// <summary>Writes the whole response, which goes out once the handler is done.</summary>
    internal Task WriteJsonAsync(Action<Utf8JsonWriter> write, int status = 200)
    {
        _whole = (JsonText.Of(write), status);
        return Task.CompletedTask;
    }

    /// <summary>Sends what was written whole. The handler is done, and what it took given back: whoever has an answer finds the model free.</summary>
    internal Task SendAsync() => _whole is var (body, status) ? JsonText.SendAsync(http.Response, body, status, CancellationToken) : Task.CompletedTask;

    public void Dispose()
    {
        _stopped.Dispose();
        _stream?.Dispose();
    }
}
