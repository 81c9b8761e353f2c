using Hearth.Server.Access;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary><c>/api/pull</c> and <c>/api/push</c>. Nothing is fetched and nothing leaves: a model that is here is pulled already, and any other is brought by 'hearth models import'.</summary>
static class Transfers
{
    internal static async Task PullAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        var entry = call.Service.Models.Find(OllamaFields.Model(body), call.Principal);
        if (call.Service.Models.IsGone(entry))
            throw ModelPool.Gone();
        await StatusLines.SendAsync(call, OllamaFields.Stream(body), entry.AllFiles.Select(file => new StatusLines.Line("already here", file.Sha256, file.Bytes)));
    }

    internal static Task PushAsync(Call call) => throw new Refusal(400, "not_possible", "Models are not pushed: nothing leaves this machine. 'hearth publish' puts one into a folder that others can use.");
}
