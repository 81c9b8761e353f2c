using Hearth.Requests;
using Hearth.Storage.Access;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Routes;

/// <summary>One thing that the server answers.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, with <c>{name}</c> for a part that is given.</param>
/// <param name="Scope">What a key must be allowed; null for what anybody may ask.</param>
/// <param name="Style">Whose API it is: how errors look.</param>
/// <param name="HandleAsync">Answers.</param>
sealed record Route(string Method, string Path, KeyScopes? Scope, ApiStyle Style, Func<Call, Task> HandleAsync)
{
    /// <summary>With GET comes HEAD, which whoever watches a server often sends: the same without the body.</summary>
    internal string[] Methods => Method == HttpMethods.Get ? [Method, HttpMethods.Head] : [Method];

    /// <summary>The field of a request that has its texts; null where it may be one or another.</summary>
    internal string? PromptField { get; init; } = "messages";

    /// <summary>The field that says what the answer must be.</summary>
    internal string ConstraintField { get; init; } = "response_format";

    /// <summary>What the API calls a part of a request; null where none is meant.</summary>
    internal string? FieldOf(RequestPart part) => part switch
    {
        RequestPart.Prompt => PromptField,
        RequestPart.Tools => "tools",
        RequestPart.ToolChoice => "tool_choice",
        RequestPart.Constraint => ConstraintField,
        RequestPart.LogitBias => "logit_bias",
        RequestPart.Dimensions => "dimensions",
        RequestPart.Model => "model",
        _ => null,
    };
}
