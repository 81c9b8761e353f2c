using Hearth.Server.Access;
using Hearth.Server.Anthropic;
using Hearth.Server.Mcp;
using Hearth.Server.Ollama;
using Hearth.Server.OpenAi;
using Hearth.Server.Operations;
using Hearth.Storage.Access;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Routes;

/// <summary>All that the server answers. What isn't here is 404, or 405 where another method is; what has no scope here, anybody may ask.</summary>
static class RouteTable
{
    const string Root = "/";

    internal static readonly Route[] All =
    [
        new("GET", "/healthz", null, OpenAiStyle.Instance, Health.IsAliveAsync),
        new("GET", "/readyz", null, OpenAiStyle.Instance, Health.IsReadyAsync),
        new("GET", "/metrics", KeyScopes.Metrics, OpenAiStyle.Instance, Metrics.ShowAsync),
        .. McpRoutes.All,
        .. McpRoutes.Sessions,
        .. OpenAiRoutes.All,
        .. AnthropicRoutes.All,
        .. OllamaRoutes.All,
    ];

    static readonly Route[] OtherMethods = [.. All.Except(McpRoutes.Sessions).GroupBy(r => r.Path).Select(NotSo)];

    /// <summary>What is asked for and isn't there, or not with this method, in the words of the API whose address it is or could be.</summary>
    internal static readonly Route[] Unknown = [NotHere("/api/{**rest}", OllamaStyle.Instance), NotHere("/v1/{**rest}", OpenAiStyle.Instance), .. OtherMethods.Where(r => r.Path != Root)];

    /// <summary>The same for all other addresses, where there is no program around that could have some.</summary>
    internal static readonly Route[] Elsewhere = [NotHere("/{**rest}", OpenAiStyle.Instance), .. OtherMethods.Where(r => r.Path == Root)];

    static Route NotHere(string path, ApiStyle style) => new("*", path, null, style, _ =>
        throw new Refusal(404, "unknown_route", "There is nothing at this address. The addresses are listed in docs/server.md."));

    static Route NotSo(IGrouping<string, Route> address)
    {
        var methods = string.Join(", ", address.SelectMany(r => r.Methods));
        return new("*", address.Key, null, address.First().Style, _ => throw Refusal.WrongMethod(methods, $"This address takes {methods}, and no other method."));
    }

    static readonly Route[] ForAnthropic = [.. AnthropicRoutes.Shared, .. Unknown.Where(r => r.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(r => r with { Style = AnthropicStyle.Instance })];

    /// <summary>The route as the client means it: who names a version of Anthropic's API means that one where an address is of two.</summary>
    internal static Route For(Route route, HttpRequest request)
        => request.Headers.ContainsKey(AnthropicRoutes.Version) && Array.Find(ForAnthropic, r => (r.Method, r.Path) == (route.Method, route.Path)) is { } meant ? meant : route;
}
