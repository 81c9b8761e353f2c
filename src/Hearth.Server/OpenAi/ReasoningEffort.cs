using Hearth.Requests;
using Hearth.Server.Json;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi;

/// <summary>How much a model is to reason, in the words of OpenAI's API.</summary>
static class ReasoningEffort
{
    /// <summary>What the template is told; null where the request doesn't say.</summary>
    internal static PrivateText? OptionsJson(RequestBody holder, string field) => holder.Word(field, "none", "minimal", "low", "medium", "high", "xhigh", "max") switch
    {
        null => null,
        "none" => ReasoningSwitch.Options(false, null),
        var effort => ReasoningSwitch.Options(true, effort),
    };
}
