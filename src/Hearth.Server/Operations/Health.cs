using Hearth.Server.Routes;

namespace Hearth.Server.Operations;

/// <summary>Whether the server lives, for whoever restarts it, and whether it takes requests, for whoever sends them.</summary>
static class Health
{
    internal static Task IsAliveAsync(Call call) => Say(call, "alive", 200);

    internal static Task IsReadyAsync(Call call) => call.Service.IsEnding ? Say(call, "ending", 503) : Say(call, "ready", 200);

    static Task Say(Call call, string state, int status) => call.WriteJsonAsync(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("status", state);
            json.WriteEndObject();
        },
        status);
}
