using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hearth.Server.Routes;

/// <summary>How responses write JSON: no escapes that JSON doesn't need, since no browser reads them as a page.</summary>
static class JsonText
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };
}
