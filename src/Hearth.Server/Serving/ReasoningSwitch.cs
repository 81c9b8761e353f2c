using Hearth.Requests;

namespace Hearth.Server.Serving;

/// <summary>Whether a model is to reason, and how much. Reasoning models have templates with switches of these names.</summary>
static class ReasoningSwitch
{
    const string Switch = "enable_thinking", Effort = "reasoning_effort";

    /// <summary>Whether a chat template asks for one of them.</summary>
    internal static bool IsIn(string template) => template.Contains(Switch, StringComparison.Ordinal) || template.Contains(Effort, StringComparison.Ordinal);

    /// <summary>The options for the template; null where the request says nothing.</summary>
    /// <param name="isOn">Whether the model reasons; null leaves it to the template.</param>
    /// <param name="effort">How much, one of an API's words; null leaves it to the template.</param>
    internal static PrivateText? Options(bool? isOn, string? effort)
    {
        var members = new List<string>();
        if (isOn is { } on)
            members.Add($"\"{Switch}\": {(on ? "true" : "false")}");
        // One of this program's own words: it needs no escapes.
        if (effort is not null)
            members.Add($"\"{Effort}\": \"{effort}\"");
        return PrivateText.OrNull(members.Count == 0 ? null : $"{{{string.Join(", ", members)}}}");
    }
}
