using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using ModelContextProtocol;

namespace Hearth.Server.Mcp;

/// <summary>Errors as JSON-RPC writes them. Those of the server itself have no id: they come before a message is read, or instead of its answer.</summary>
sealed class McpStyle : ApiStyle
{
    internal static readonly McpStyle Instance = new();

    /// <summary>What a message is refused with whose parameters can't be read.</summary>
    internal const string InvalidParams = "invalid_params";

    /// <summary>JSON-RPC leaves the numbers from here to -32099 to servers.</summary>
    const int ServerError = -32000;

    internal override void WriteError(Utf8JsonWriter json, Refusal refusal, string requestId)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WriteStartObject("error");
        json.WriteNumber("code", NumberOf(refusal));
        json.WriteString("message", refusal.Message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static int NumberOf(Refusal refusal) => refusal.Code switch
    {
        RequestBody.InvalidJson => (int)(refusal.IsJson ? McpErrorCode.InvalidRequest : McpErrorCode.ParseError),
        InvalidParams => (int)McpErrorCode.InvalidParams,
        _ => ServerError,
    };

    internal override Task WriteErrorAsync(StreamedResponse response, Refusal refusal) => response.SendEventAsync(json => WriteError(json, refusal, response.RequestId));
}
