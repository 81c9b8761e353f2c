using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Routes;

/// <summary>How responses write JSON: no escapes that JSON doesn't need, since no browser reads them as a page.</summary>
static class JsonText
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a whole response.</summary>
    internal static async Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> write, int status, CancellationToken cancellationToken)
    {
        // Written before anything is sent: where that fails, the response can still be an error, and not half of one and half of the other.
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body, Options))
            write(json);
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, cancellationToken);
    }
}
