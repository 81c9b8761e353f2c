using System.Globalization;
using Hearth.Requests;
using Hearth.Server.Access;
using Hearth.Server.Operations;
using Hearth.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Hearth.Server.Routes;

/// <summary>The way of every request: who asks, may they, the answer; and what becomes of failures.</summary>
static partial class Dispatcher
{
    static readonly TimeSpan TimeToArrive = TimeSpan.FromMilliseconds(200);

    internal static async Task RunAsync(HttpContext http, HearthService service, Route route)
    {
        route = RouteTable.For(route, http.Request);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = service.BodyBytes;
        Begin(http, service);
        using var record = new RequestRecord(http, service, route);
        Call? call = null;
        try
        {
            service.Gate.CheckOrigin(http.Request);
            var principal = route.Scope is { } scope ? await service.Gate.AdmitAsync(http.Request, scope) : null;
            record.KeyId = principal?.KeyId;
            if (principal is not null)
                service.Rates.Take(principal);
            call = new(http, service, route, principal, record);
            await route.HandleAsync(call);
            await call.SendAsync();
        }
        catch (Exception e) when (e is ConnectionResetException || (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested))
        {
            // The client has gone; there is nobody to tell.
            record.Gone();
        }
        catch (Exception e)
        {
            await TellAsync(http, service, route, call, Explain(e, http, service, route, record));
        }
        finally
        {
            call?.Dispose();
        }
    }

    /// <summary>What every response says: which request it answers, and whether whoever computed it was confined.</summary>
    static void Begin(HttpContext http, HearthService service)
    {
        // Clients of OpenAI look for one, those of Anthropic for the other.
        http.Response.Headers["x-request-id"] = http.TraceIdentifier;
        http.Response.Headers["request-id"] = http.TraceIdentifier;
        http.Response.Headers["x-hearth-confined"] = service.Unconfined ? "false" : "true";
    }

    /// <summary>From whatever went wrong to what the client is told. The words of what nobody foresaw are not passed on: they may hold a user's text. Nor are those that name files of this machine.</summary>
    internal static Refusal Explain(Exception e, Route route) => e switch
    {
        Refusal refusal => refusal,
        EngineException engine => Explain(engine, route),
        StorageException => new(503, "storage_unavailable", "The server can't use its list of users and keys. 'hearth users list', on the machine itself, says why.") { RetryAfter = TimeSpan.FromSeconds(5) },
        Models.ModelStoreException => new(503, "models_unavailable", "The server can't use its list of models. 'hearth models list', on the machine itself, says why."),
        OperationCanceledException => new(503, "shutting_down", "The server ends. Try again when it is back.") { RetryAfter = TimeSpan.FromSeconds(5) },
        _ => new(500, "internal_error", "The server failed. Its log names the kind of failure under this request's id."),
    };

    /// <summary>The same, counted and noted in the log.</summary>
    internal static Refusal Explain(Exception e, HttpContext http, HearthService service, Route route, RequestRecord record)
    {
        var refusal = Explain(e, route);
        record.Refused(refusal);
        if (refusal.Status >= 500)
            LogFailure(service.Log, http.TraceIdentifier, route.Path, e.GetType().Name, FailurePlace.Of(e), refusal.Code);
        return refusal;
    }

    static Refusal Explain(EngineException e, Route route)
    {
        var words = string.Join(' ', ((string[])[e.Message, e.Expected.Length > 0 ? $"Expected: {e.Expected}." : "", e.Remedy]).Where(w => w.Length > 0));
        return e.Code switch
        {
            FailureCode.InvalidRequest or FailureCode.Template => Invalid(words, route.FieldOf(e.Part)),
            FailureCode.ContextOverflow => new(400, "context_length_exceeded", words, route.PromptField),
            FailureCode.InvalidModel => new(500, "model_unusable", "The model's files can't be used. 'hearth inspect', on the machine itself, says why."),
            FailureCode.UnsupportedModel => new(500, "model_unusable", words),
            FailureCode.OutOfMemory => new(503, "no_memory", words) { RetryAfter = TimeSpan.FromSeconds(10) },
            FailureCode.WorkerLost => new(503, "worker_lost", words) { RetryAfter = TimeSpan.FromSeconds(1) },
            _ => new(500, "internal_error", words),
        };
    }

    /// <summary>What the engine refuses it doesn't call as the API does; of two APIs' errors the message alone can name the field.</summary>
    static Refusal Invalid(string words, string? field) => new(400, "invalid_value", field is null ? words : $"'{field}': {words}", field);

    static async Task TellAsync(HttpContext http, HearthService service, Route route, Call? call, Refusal refusal)
    {
        if (!http.Response.HasStarted)
        {
            http.Response.Clear();
            Begin(http, service);
            if (refusal.RetryAfter is { } wait)
                http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            else if (refusal.Status is 403 or 429)
                http.Response.Headers["x-should-retry"] = "false";
            if (refusal.Allow is { } allow)
                http.Response.Headers.Allow = allow;
            if (refusal.Status == 401)
                http.Response.Headers.WWWAuthenticate = "Bearer";
            await JsonText.SendAsync(http.Response, JsonText.Of(json => route.Style.WriteError(json, refusal, http.TraceIdentifier)), refusal.Status, http.RequestAborted);
            return;
        }

        // Some clients take a stream that ends early for a complete one, whatever it said last; a broken connection they all notice.
        try
        {
            await (call!.TellFailureAsync?.Invoke(refusal) ?? route.Style.WriteErrorAsync(call.Stream, refusal));
            // What is still on its way when a connection is broken is lost.
            await Task.Delay(TimeToArrive);
        }
        finally
        {
            http.Abort();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "request {Id} to {Route} failed: {Kind} {Place} ({Code})")]
    static partial void LogFailure(ILogger log, string id, string route, string kind, string place, string code);
}
