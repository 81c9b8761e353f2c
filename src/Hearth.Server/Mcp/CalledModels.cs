using Hearth.Models;
using Hearth.Requests.Embedding;
using Hearth.Server.Access;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Mcp;

/// <summary>The models that the key of a request may use, asked in the way of all APIs.</summary>
sealed class CalledModels(Call call) : IMcpModels
{
    public string? Usual => null;

    public bool AreConfined => !call.Service.Unconfined;

    public IReadOnlyList<ModelEntry> List() => call.Service.Models.ListFor(call.Principal);

    public async Task<(string Model, GatheredAnswer Answer)> AskAsync(string model, AskedAnswer asked, CancellationToken cancellationToken)
    {
        using var lease = await call.UseModelAsync(model);
        return (lease.Name, await Answering.GatherAsync(call, lease, asked));
    }

    public async Task<(string Model, List<EmbeddingItem> Items)> EmbedAsync(string model, EmbeddingRequest request, CancellationToken cancellationToken)
    {
        using var lease = await call.UseModelAsync(model);
        var items = new List<EmbeddingItem>();
        await foreach (var item in Answering.EmbedAsync(call, lease, request, call.CancellationToken))
            items.Add(item);
        return (lease.Name, items);
    }

    public Refusal Explain(Exception e) => call.Explain(e);
}
