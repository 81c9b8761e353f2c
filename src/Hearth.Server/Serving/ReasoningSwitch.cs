using Hearth.Requests;

namespace Hearth.Server.Serving;

/// <summary>Whether a model is to reason, and how much. Reasoning models have templates with switches of these names.</summary>
static class ReasoningSwitch
{
    /// <summary>The options for the template; null where the request says nothing.</summary>
    /// <param name="isOn">Whether the model reasons; null leaves it to the template.</param>
    /// <param name="effort">How much, one of an API's words; null leaves it to the template.</param>
    internal static PrivateText? Options(bool? isOn, string? effort)
    {
        var members = new List<string>();
        if (isOn is { } on)
            members.Add($"\"enable_thinking\": {(on ? "true" : "false")}");
        // One of this program's own words: it needs no escapes.
        if (effort is not null)
            members.Add($"\"reasoning_effort\": \"{effort}\"");
        return PrivateText.OrNull(members.Count == 0 ? null : $"{{{string.Join(", ", members)}}}");
    }
}
