namespace Hearth.Requests.Chat;

/// <summary>A chat template to render.</summary>
/// <param name="ContextJson">A JSON object: what the template sees (messages, tools, add_generation_prompt, …).</param>
public sealed record RenderRequest(PrivateText ContextJson)
{
    /// <summary>The template's source; null takes the model's own.</summary>
    public string? Template { get; init; }

    /// <summary>What <c>strftime_now</c> says, as ISO 8601 local time; null takes the clock.</summary>
    public DateTime? Now { get; init; }

    /// <summary>That there is a request, never its text.</summary>
    public override string ToString() => nameof(RenderRequest);
}
