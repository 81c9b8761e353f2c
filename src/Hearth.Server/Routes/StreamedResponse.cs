using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hearth.Server.Routes;

/// <summary>A response in pieces, each sent at once.</summary>
sealed class StreamedResponse : IDisposable
{
    readonly HttpContext _http;
    readonly ArrayBufferWriter<byte> _buffer = new(1024);
    readonly Utf8JsonWriter _json;

    internal StreamedResponse(HttpContext http)
    {
        _http = http;
        _json = new(_buffer, JsonText.Options);
    }

    /// <summary>True once bytes may be on their way: the status can't be changed any more.</summary>
    internal bool HasBegun => _http.Response.HasStarted;

    internal string RequestId => _http.TraceIdentifier;

    PipeWriter Body => _http.Response.BodyWriter;

    internal void Begin(string contentType)
    {
        _http.Response.ContentType = contentType;
        _http.Response.Headers.CacheControl = "no-cache";
        _http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    /// <summary>A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
    /// <param name="write">Its data.</param>
    internal Task SendEventAsync(Action<Utf8JsonWriter> write) => SendAsync("data: "u8, write, "\n\n"u8);

    /// <summary>A line of newline-delimited JSON.</summary>
    /// <param name="write">Its value.</param>
    internal Task SendLineAsync(Action<Utf8JsonWriter> write) => SendAsync([], write, "\n"u8);

    /// <summary>An event with a name.</summary>
    internal Task SendEventAsync(string name, Action<Utf8JsonWriter> write)
    {
        Body.Write("event: "u8);
        Body.Write(Encoding.ASCII.GetBytes(name));
        Body.Write("\n"u8);
        return SendEventAsync(write);
    }

    /// <summary>The event with which OpenAI's streams end.</summary>
    internal Task SendDoneAsync()
    {
        Body.Write("data: [DONE]\n\n"u8);
        return FlushAsync();
    }

    public void Dispose() => _json.Dispose();

    Task SendAsync(ReadOnlySpan<byte> before, Action<Utf8JsonWriter> write, ReadOnlySpan<byte> after)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        write(_json);
        _json.Flush();
        Body.Write(before);
        Body.Write(_buffer.WrittenSpan);
        Body.Write(after);
        return FlushAsync();
    }

    async Task FlushAsync() => await Body.FlushAsync(_http.RequestAborted);
}
