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
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        await using (var json = new Utf8JsonWriter(response.BodyWriter, Options))
            write(json);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
