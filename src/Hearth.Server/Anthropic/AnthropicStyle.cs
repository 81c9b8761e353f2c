using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Routes;

namespace Hearth.Server.Anthropic;

/// <summary>Errors as Anthropic's API writes them: a type, a message and the request's id. What field is meant stands in the message.</summary>
sealed class AnthropicStyle : ApiStyle
{
    internal static readonly AnthropicStyle Instance = new();

    static readonly Dictionary<int, string> Types = new()
    {
        [401] = "authentication_error",
        [403] = "permission_error",
        [404] = "not_found_error",
        [413] = "request_too_large",
        [429] = "rate_limit_error",
        [503] = "overloaded_error",
    };

    internal override void WriteError(Utf8JsonWriter json, Refusal refusal, string requestId)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", Types.GetValueOrDefault(refusal.Status, refusal.Status >= 500 ? "api_error" : "invalid_request_error"));
        json.WriteString("message", refusal.Message);
        json.WriteEndObject();
        json.WriteString("request_id", requestId);
        json.WriteEndObject();
    }

    internal override Task WriteErrorAsync(StreamedResponse response, Refusal refusal) => response.SendEventAsync("error", json => WriteError(json, refusal, response.RequestId));
}
