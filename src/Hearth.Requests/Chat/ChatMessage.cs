namespace Hearth.Requests.Chat;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">The role's name as chat templates know it: system, user, assistant, tool.</param>
/// <param name="Content">The text of the message.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>The role and the length, never the text: this is what ends up in logs.</summary>
    public override string ToString() => $"{Role}: {Content.Length} characters";
}
