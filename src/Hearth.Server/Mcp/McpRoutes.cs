using Hearth.Server.Access;
using Hearth.Server.Routes;
using Hearth.Storage.Access;

namespace Hearth.Server.Mcp;

/// <summary>The address of the Model Context Protocol. There are no sessions, so nothing can be opened or ended there: clients of older versions try, and want to be told so.</summary>
static class McpRoutes
{
    const string Path = "/mcp";

    internal static readonly Route[] All =
    [
        new("POST", Path, KeyScopes.Chat, McpStyle.Instance, call => call.Service.Mcp.AnswerAsync(call)),
        new("GET", Path, KeyScopes.Chat, McpStyle.Instance, RefuseAsync),
        new("DELETE", Path, KeyScopes.Chat, McpStyle.Instance, RefuseAsync),
    ];

    static Task RefuseAsync(Call call) => throw new Refusal(405, "method_not_allowed", "There are no sessions and no streams of the server's own here: send each message with POST.");
}
