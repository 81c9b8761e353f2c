using System.Text.Json;
using Hearth.Server.Access;
using Hearth.Server.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Hearth.Server.Mcp;

/// <summary>The tools that Hearth has for MCP clients, and the way of every call.</summary>
static class McpTools
{
    internal const string ServerName = "hearth";

    /// <summary>What each result says of whoever computed it, as every response over HTTP does.</summary>
    const string Confined = "hearth/confined";

    const string Instructions = "Models that run on this machine: nothing that is sent to them leaves it. list_models names them, chat asks one, embed makes vectors.";

    const string NoMethod = "There is no such method here: there are tools to list and to call, and nothing to listen to, since they never change.";

    internal const string NoParameters = "The message's 'params' are not those of its method.";

    static readonly McpTool[] All = [ChatTool.Tool, EmbedTool.Tool, ListModelsTool.Tool];

    static readonly string Version = typeof(McpTools).Assembly.GetName().Version!.ToString(3);

    /// <summary>Makes options those of a server of these models.</summary>
    internal static McpServerOptions Serve(McpServerOptions options, IMcpModels models)
    {
        options.ServerInfo = new() { Name = ServerName, Title = "Hearth", Version = Version };
        options.ServerInstructions = Instructions;
        options.Capabilities = new() { Tools = new() };
        options.Handlers.ListToolsHandler = (request, _) => ValueTask.FromResult(List(request.Params?.Cursor));
        options.Handlers.CallToolHandler = (request, cancellationToken) => CallAsync(models, request.Params, cancellationToken);
        // The list never changes. The library would grant an empty subscription, and end it with a message that the schema doesn't allow.
        options.Handlers.SubscriptionsListenHandler = (_, _) => throw new McpProtocolException(NoMethod, McpErrorCode.MethodNotFound);
        options.Filters.Message.OutgoingFilters.Add(Worded);
        return options;
    }

    /// <summary>All tools fit a page, so there is no place to go on from.</summary>
    static ListToolsResult List(string? cursor) => string.IsNullOrEmpty(cursor)
        ? new() { Tools = [.. All.Select(t => t.Definition)] }
        : throw new McpProtocolException("'cursor' is none of this server's: all tools are on one page. Leave it out.", McpErrorCode.InvalidParams);

    /// <summary>The library's error repeats the method that isn't there, which is a word of whoever asks; and parameters that it can't read it calls a failure of its own. Tools have none: what they fail with is a result. A failure of the library's own can't be told apart, and is blamed on the parameters, too.</summary>
    static McpMessageHandler Worded(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcError { Error: { Code: (int)McpErrorCode.MethodNotFound } error })
            error.Message = NoMethod;
        if (context.JsonRpcMessage is JsonRpcError { Error: { Code: (int)McpErrorCode.InternalError } failure })
            (failure.Code, failure.Message) = ((int)McpErrorCode.InvalidParams, NoParameters);
        return next(context, cancellationToken);
    };

    static async ValueTask<CallToolResult> CallAsync(IMcpModels models, CallToolRequestParams? called, CancellationToken cancellationToken)
    {
        var tool = Array.Find(All, t => t.Definition.Name == called?.Name)
            ?? throw new McpProtocolException($"There is no tool of this name. There are {string.Join(", ", All.Select(t => t.Definition.Name))}.", McpErrorCode.InvalidParams);
        var result = await ResultAsync(models, tool, called!, cancellationToken);
        result.Meta = new() { [Confined] = models.AreConfined };
        return result;
    }

    static async Task<CallToolResult> ResultAsync(IMcpModels models, McpTool tool, CallToolRequestParams called, CancellationToken cancellationToken)
    {
        try
        {
            var arguments = new RequestBody(JsonSerializer.SerializeToElement(called.Arguments ?? new Dictionary<string, JsonElement>()));
            RefuseUnknown(tool.Definition, arguments);
            return await tool.CallAsync(models, arguments, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whoever called reads it and can mend the call: so the protocol wants it for all that a tool itself refuses.
            return new() { IsError = true, Content = [new TextContentBlock { Text = models.Explain(e).Message }] };
        }
    }

    /// <summary>A misspelt argument would otherwise change nothing, and nobody would notice.</summary>
    static void RefuseUnknown(Tool tool, RequestBody arguments)
    {
        var known = tool.InputSchema.GetProperty("properties").EnumerateObject().Select(p => p.Name).ToList();
        if (arguments.Element.EnumerateObject().Any(p => !known.Contains(p.Name)))
            throw new Refusal(400, "invalid_value", $"There is an argument that '{tool.Name}' doesn't take. It takes {(known.Count == 0 ? "none" : string.Join(", ", known))}.");
    }
}
