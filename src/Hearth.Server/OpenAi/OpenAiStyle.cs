using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Routes;

namespace Hearth.Server.OpenAi;

/// <summary>Errors as OpenAI's API writes them: an object with message, type, param and code.</summary>
sealed class OpenAiStyle : ApiStyle
{
    internal static readonly OpenAiStyle Instance = new();

    static readonly Dictionary<int, string> Types = new()
    {
        [401] = "authentication_error",
        [403] = "permission_error",
        [404] = "not_found_error",
        [429] = "rate_limit_error",
    };

    internal override void WriteError(Utf8JsonWriter json, Refusal refusal, string requestId)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", refusal.Message);
        json.WriteString("type", Types.GetValueOrDefault(refusal.Status, refusal.Status >= 500 ? "server_error" : "invalid_request_error"));
        json.WriteString("param", refusal.Parameter);
        json.WriteString("code", refusal.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal override Task WriteErrorAsync(StreamedResponse response, Refusal refusal) => response.SendEventAsync(json => WriteError(json, refusal, response.RequestId));
}
