using Hearth.Storage.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hearth.Server.Access;

/// <summary>Where clients put their key: OpenAI's and Ollama's as a bearer token, Anthropic's in a header of its own. Both lead to the same check.</summary>
static class RequestKey
{
    const string Bearer = "Bearer ", Own = "x-api-key";

    /// <summary>What names such a parameter; a key in an address ends up in histories and logs.</summary>
    static readonly string[] Names = ["key", "api_key", "apikey", "api-key", Own, "access_token", "token", "authorization"];

    /// <summary>The key, or null.</summary>
    /// <exception cref="Refusal">There are two that differ, or it stands in the address.</exception>
    internal static string? Of(HttpRequest request)
    {
        if (request.Query.Any(part => Names.Contains(part.Key, StringComparer.OrdinalIgnoreCase) || ApiKeys.IsKey(part.Key) || part.Value.Any(ApiKeys.IsKey)))
            throw new Refusal(400, "key_in_url", "The address holds a key. Send it as 'Authorization: Bearer KEY', and make a new one: addresses are written to logs.");
        var keys = request.Headers[HeaderNames.Authorization].Where(value => value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true).Select(value => value![Bearer.Length..].Trim())
            .Concat(request.Headers[Own].OfType<string>()).Where(key => key.Length > 0).Distinct().ToList();
        return keys.Count > 1 ? throw new Refusal(400, "two_keys", "The request has two different keys. Send one.") : keys.SingleOrDefault();
    }
}
