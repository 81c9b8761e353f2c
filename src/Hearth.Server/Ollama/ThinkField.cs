using System.Text.Json;
using Hearth.Requests;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary>The field <c>think</c>: whether, or how hard, the model thinks before it answers.</summary>
static class ThinkField
{
    /// <summary>Options for the chat template; null where the request doesn't say.</summary>
    internal static PrivateText? Read(RequestBody body) => body.Find("think") switch
    {
        null => (PrivateText?)null,
        { ValueKind: JsonValueKind.String } => ReasoningSwitch.Options(true, body.Word("think", "low", "medium", "high", "max")),
        _ => ReasoningSwitch.Options(body.Flag("think"), null),
    };
}
