namespace Hearth.Requests.Chat;

/// <summary>What the model is to continue: a conversation, a text or token ids.</summary>
public abstract record Prompt
{
    private protected Prompt()
    {
    }

    /// <summary>The kind of prompt, never its text.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>A conversation, rendered with the model's own chat template; its texts never become control tokens.</summary>
/// <param name="Messages">At least one message.</param>
/// <param name="OptionsJson">A JSON object that is added to the template's context (enable_thinking, …), or null.</param>
public sealed record ChatPrompt(IReadOnlyList<ChatMessage> Messages, PrivateText? OptionsJson = null) : Prompt
{
    /// <summary>Tools that the model may call. Refused where the template takes none, or where it is not known how the model calls.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>Whether it may.</summary>
    public ToolChoice ToolChoice { get; init; }

    /// <summary>With <see cref="ToolChoice.Required"/>: the only tool that may be called; null for any of them.</summary>
    public string? RequiredTool { get; init; }
}

/// <summary>A text without template.</summary>
/// <param name="Text">The text.</param>
/// <param name="ParseSpecial">True: the strings of control tokens become those tokens.</param>
public sealed record TextPrompt(PrivateText Text, bool ParseSpecial = false) : Prompt;

/// <summary>Token ids, taken as they are.</summary>
/// <param name="Tokens">At least one id.</param>
public sealed record TokenPrompt(IReadOnlyList<int> Tokens) : Prompt;
