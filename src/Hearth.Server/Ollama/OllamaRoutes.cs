using Hearth.Server.Routes;
using Hearth.Storage.Access;

namespace Hearth.Server.Ollama;

/// <summary>The addresses of Ollama's API.</summary>
static class OllamaRoutes
{
    internal static readonly Route[] All =
    [
        Route("GET", "/", null, ServerState.IsRunningAsync),
        Route("GET", "/api/version", KeyScopes.Read, ServerState.VersionAsync),
        Route("GET", "/api/tags", KeyScopes.Read, ModelTags.ListAsync),
        Route("GET", "/api/ps", KeyScopes.Read, ModelTags.LoadedAsync),
        Route("POST", "/api/show", KeyScopes.Read, ShownModel.HandleAsync),
        Route("POST", "/api/generate", KeyScopes.Chat, Generate.HandleAsync) with { PromptField = "prompt", ConstraintField = "format" },
        Route("POST", "/api/chat", KeyScopes.Chat, Chat.HandleAsync) with { ConstraintField = "format" },
        Route("POST", "/api/embed", KeyScopes.Chat, Embed.HandleAsync) with { PromptField = "input" },
        Route("POST", "/api/embeddings", KeyScopes.Chat, Embed.HandleOldAsync) with { PromptField = "prompt" },
        Route("POST", "/api/pull", KeyScopes.Chat, Transfers.PullAsync),
        Route("POST", "/api/push", KeyScopes.Admin, Transfers.PushAsync),
        Route("POST", "/api/create", KeyScopes.Admin, ModelChanges.CreateAsync),
        Route("POST", "/api/copy", KeyScopes.Admin, ModelChanges.CopyAsync),
        Route("DELETE", "/api/delete", KeyScopes.Admin, ModelChanges.DeleteAsync),
        Route("HEAD", "/api/blobs/{digest}", KeyScopes.Read, Blobs.IsHereAsync),
        Route("POST", "/api/blobs/{digest}", KeyScopes.Admin, Blobs.TakeAsync),
    ];

    static Route Route(string method, string path, KeyScopes? scope, Func<Call, Task> handleAsync) => new(method, path, scope, OllamaStyle.Instance, handleAsync);
}
