namespace Hearth.Requests.Chat;

/// <summary>A function that the model may ask to be called.</summary>
/// <param name="Name">Its name; each tool of a request has its own.</param>
/// <param name="Description">What it is for, in words for the model, or null.</param>
/// <param name="ParametersJson">A JSON Schema of its arguments: a JSON object, whose order of keys is kept.</param>
public sealed record ToolDefinition(string Name, PrivateText? Description, PrivateText ParametersJson)
{
    /// <summary>That there is a tool, never what it says.</summary>
    public override string ToString() => nameof(ToolDefinition);
}

/// <summary>Whether the model may call tools. Append only: the numbers travel between processes.</summary>
public enum ToolChoice
{
    /// <summary>The model decides.</summary>
    Auto = 0,

    /// <summary>The model is not told of the tools, and nothing that it says is taken for a call.</summary>
    None = 1,

    /// <summary>The answer is a call, and its arguments fulfil the tool's schema: the model can write nothing else.</summary>
    Required = 2,
}
