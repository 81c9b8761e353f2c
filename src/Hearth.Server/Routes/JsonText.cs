using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Routes;

/// <summary>How responses write JSON: no escapes that JSON doesn't need, since no browser reads them as a page.</summary>
static class JsonText
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A whole body, written before anything is sent: where that fails, the response can still be an error, and not half of one and half of the other.</summary>
    internal static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, Options))
            write(json);
        return body.WrittenMemory;
    }

    /// <summary>Sends a whole response.</summary>
    internal static async Task SendAsync(HttpResponse response, ReadOnlyMemory<byte> body, int status, CancellationToken cancellationToken)
    {
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, cancellationToken);
    }
}
