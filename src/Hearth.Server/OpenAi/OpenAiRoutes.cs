using Hearth.Server.Routes;
using Hearth.Storage.Access;

namespace Hearth.Server.OpenAi;

/// <summary>The addresses of OpenAI's API.</summary>
static class OpenAiRoutes
{
    internal static readonly Route[] All =
    [
        Route("GET", "/v1/models", KeyScopes.Read, ModelList.ListAsync),
        Route("GET", "/v1/models/{**id}", KeyScopes.Read, ModelList.ShowAsync),
        Route("POST", "/v1/chat/completions", KeyScopes.Chat, ChatCompletions.HandleAsync),
        Route("POST", "/v1/embeddings", KeyScopes.Chat, Embeddings.HandleAsync),
    ];

    static Route Route(string method, string path, KeyScopes scope, Func<Call, Task> handleAsync) => new(method, path, scope, OpenAiStyle.Instance, handleAsync);
}
