namespace Hearth.Requests.Chat;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">The role's name as chat templates know it: system, user, assistant, tool.</param>
/// <param name="Content">The text of the message.</param>
public sealed record ChatMessage(string Role, PrivateText Content)
{
    /// <summary>What the assistant thought before it said this, or null. Only templates that ask for it show it to the model again.</summary>
    public PrivateText? Reasoning { get; init; }

    /// <summary>The calls that the assistant asked for.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>In a message of a tool: the id of the call that it answers, or null.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>In a message of a tool: the function's name, or null.</summary>
    public string? ToolName { get; init; }

    /// <summary>The role and the length, never the text: this is what ends up in logs.</summary>
    public override string ToString() => $"{Role}: {Content.Length} characters";
}
