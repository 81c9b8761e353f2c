namespace Hearth.Requests.Chat;

/// <summary>The model asks for a function to be called.</summary>
/// <param name="Id">What the result refers to: the model's own id, or nine letters and digits.</param>
/// <param name="Name">The function.</param>
/// <param name="ArgumentsJson">A JSON object; it need not fit the function's schema.</param>
public sealed record ToolCall(string Id, string Name, PrivateText ArgumentsJson)
{
    /// <summary>That there is a call, never what it says.</summary>
    public override string ToString() => nameof(ToolCall);
}
