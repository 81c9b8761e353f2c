using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Routes;

namespace Hearth.Server.Ollama;

/// <summary>Errors as Ollama's API writes them: an object with a sentence. A client that finds an object there throws something else than the error.</summary>
sealed class OllamaStyle : ApiStyle
{
    internal static readonly OllamaStyle Instance = new();

    internal override void WriteError(Utf8JsonWriter json, Refusal refusal, string requestId)
    {
        json.WriteStartObject();
        json.WriteString("error", refusal.Message);
        json.WriteEndObject();
    }

    internal override Task WriteErrorAsync(StreamedResponse response, Refusal refusal) => response.SendLineAsync(json => WriteError(json, refusal, response.RequestId));
}
