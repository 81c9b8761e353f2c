using System.Reflection;
using Hearth.Server.Routes;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Ollama;

/// <summary>Whether a server is there, which clients ask before anything else, and which version: that of Hearth.</summary>
static class ServerState
{
    static readonly string Version = typeof(ServerState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>In these very words: some clients look at them.</summary>
    internal static Task IsRunningAsync(Call call)
    {
        call.Http.Response.ContentType = "text/plain; charset=utf-8";
        return call.Http.Response.WriteAsync("Ollama is running", call.CancellationToken);
    }

    internal static Task VersionAsync(Call call) => call.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("version", Version);
        json.WriteEndObject();
    });
}
