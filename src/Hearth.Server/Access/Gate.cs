using System.Net;
using Hearth.Storage;
using Hearth.Storage.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hearth.Server.Access;

/// <summary>What every request passes before anything is done for it.</summary>
/// <param name="database">Knows the keys.</param>
/// <param name="hosts">The names under which this server may be called, without ports.</param>
sealed class Gate(Database database, IReadOnlyCollection<string> hosts)
{
    /// <summary>Names of this machine for itself.</summary>
    internal static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>A name that leads here but isn't ours is somebody else's page that had its name changed meanwhile (DNS rebinding).</summary>
    /// <exception cref="Refusal">The request is for another host, or a page of another origin sends it.</exception>
    internal void CheckOrigin(HttpRequest request)
    {
        if (!hosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
            throw new Refusal(421, "unknown_host", $"This server isn't called by this host name. Its names are {string.Join(", ", hosts)}; 'hearth serve --host-name NAME' adds one.");
        // Pages of this server send their own origin; programs send none.
        if (request.Headers[HeaderNames.Origin].Any(origin => !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)))
            throw new Refusal(403, "foreign_origin", "A page of another origin sent this request. Pages of others aren't served.");
        if (request.Headers["Sec-Fetch-Site"].Any(site => site is "cross-site" or "same-site"))
            throw new Refusal(403, "foreign_origin", "A page of another site sent this request. Pages of others aren't served.");
    }

    /// <summary>Who asks.</summary>
    /// <exception cref="Refusal">There is no good key, or it may not do this.</exception>
    internal async Task<Principal> AdmitAsync(HttpRequest request, KeyScopes needed)
    {
        var answer = await database.Keys.AuthenticateAsync(RequestKey.Of(request), request.HttpContext.RequestAborted);
        if (answer.Principal is not { } principal)
            throw new Refusal((int)HttpStatusCode.Unauthorized, "invalid_api_key", $"{answer.Message} {answer.Remedy}".TrimEnd());
        return principal.Has(needed)
            ? principal
            : throw new Refusal((int)HttpStatusCode.Forbidden, "missing_scope", $"The key may not do this: it needs the scope {needed.ToString().ToLowerInvariant()}, and has {principal.Scopes.ToString().ToLowerInvariant()}.");
    }
}
