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

    /// <summary>The field of a request that is meant where its texts are too long for the model.</summary>
    internal string PromptField { get; init; } = "messages";
}
