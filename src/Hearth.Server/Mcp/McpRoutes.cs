using Hearth.Server.Access;
using Hearth.Server.Routes;
using Hearth.Storage.Access;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Mcp;

/// <summary>The address of the Model Context Protocol. There are no sessions, so nothing can be opened or ended there: clients of older versions try, and want to be told so.</summary>
static class McpRoutes
{
    const string Path = "/mcp";

    internal static readonly Route[] All = [new("POST", Path, KeyScopes.Chat, McpStyle.Instance, call => call.Service.Mcp.AnswerAsync(call)) { PromptField = null, ConstraintField = "schema" }];

    /// <summary>With what sessions are opened and ended.</summary>
    internal static readonly Route[] Sessions =
    [
        new("GET", Path, KeyScopes.Chat, McpStyle.Instance, RefuseAsync),
        new("DELETE", Path, KeyScopes.Chat, McpStyle.Instance, RefuseAsync),
    ];

    static Task RefuseAsync(Call call) => throw Refusal.WrongMethod(HttpMethods.Post, "There are no sessions and no streams of the server's own here: send each message with POST.");
}
