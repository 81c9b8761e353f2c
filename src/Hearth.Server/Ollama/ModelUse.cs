using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary>How a request wants its model loaded.</summary>
/// <param name="KeepAlive">How long it stays so afterwards; null leaves that as it is.</param>
/// <param name="ContextLength">Positions that it must have; null for any.</param>
sealed record ModelUse(TimeSpan? KeepAlive, long? ContextLength)
{
    internal static ModelUse Read(RequestBody body) => new(Ollama.KeepAlive.Read(body), OllamaOptions.ContextLength(body));

    /// <summary>Holds the model, and loads it first where it isn't.</summary>
    /// <exception cref="Refusal">It isn't there, or is loaded with less context.</exception>
    internal async Task<ModelLease> TakeAsync(Call call, string name)
    {
        var lease = await call.UseModelAsync(name);
        if (ContextLength is { } wanted && wanted > lease.Engine.Model.ContextLength)
        {
            using (lease)
                throw Refusal.Invalid("options.num_ctx", $"'options.num_ctx' is {wanted}, and the model is loaded with a context of {lease.Engine.Model.ContextLength} tokens. 'hearth models set NAME context=N' changes that, up to what the model was made for.");
        }

        if (KeepAlive is { } time)
            call.Service.Models.Keep(lease.Model, time, call.Principal);
        return lease;
    }
}
