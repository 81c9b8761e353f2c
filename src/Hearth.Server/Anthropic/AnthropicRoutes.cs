using Hearth.Server.Routes;
using Hearth.Storage.Access;

namespace Hearth.Server.Anthropic;

/// <summary>The addresses of Anthropic's API.</summary>
static class AnthropicRoutes
{
    /// <summary>The header in which its clients say the version of the API that they know; no others send it.</summary>
    internal const string Version = "anthropic-version";

    internal static readonly Route[] All =
    [
        Route("POST", "/v1/messages", KeyScopes.Chat, Messages.HandleAsync) with { ConstraintField = "output_config.format" },
        Route("POST", "/v1/messages/count_tokens", KeyScopes.Chat, TokenCount.HandleAsync),
    ];

    /// <summary>What its clients find at addresses that OpenAI's API has as well.</summary>
    internal static readonly Route[] Shared =
    [
        Route("GET", "/v1/models", KeyScopes.Read, AnthropicModels.ListAsync),
        Route("GET", "/v1/models/{**id}", KeyScopes.Read, AnthropicModels.ShowAsync),
    ];

    static Route Route(string method, string path, KeyScopes scope, Func<Call, Task> handleAsync) => new(method, path, scope, AnthropicStyle.Instance, handleAsync);
}
