using Hearth.Server.OpenAi.Responses;
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
        Route("POST", "/v1/completions", KeyScopes.Chat, Completions.HandleAsync) with { PromptField = "prompt" },
        Route("POST", "/v1/embeddings", KeyScopes.Chat, Embeddings.HandleAsync) with { PromptField = "input" },
        Route("POST", "/v1/rerank", KeyScopes.Chat, Rerank.HandleAsync) with { PromptField = "documents" },
        Route("POST", "/v1/responses", KeyScopes.Chat, ResponseEndpoint.HandleAsync) with { PromptField = "input", ConstraintField = "text.format" },
    ];

    static Route Route(string method, string path, KeyScopes scope, Func<Call, Task> handleAsync) => new(method, path, scope, OpenAiStyle.Instance, handleAsync);
}
