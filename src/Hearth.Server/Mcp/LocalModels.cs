using Hearth.Models;
using Hearth.Requests.Embedding;
using Hearth.Server.Access;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Mcp;

/// <summary>The models of whoever started the program: no keys, no quotas, and nobody to share with.</summary>
sealed class LocalModels(McpOptions options, TimeProvider clock) : IMcpModels, IAsyncDisposable
{
    readonly ModelPool _pool = new(options.Models, options.OpenModel, options.ModelSettings, options.Limits, clock);

    public string? Usual => options.UsualModel;

    public bool AreConfined => !options.Unconfined;

    public IReadOnlyList<ModelEntry> List() => options.Models.List();

    public async Task<(string Model, GatheredAnswer Answer)> AskAsync(string model, AskedAnswer asked, CancellationToken cancellationToken)
    {
        using var lease = await UseAsync(model, cancellationToken);
        return (lease.Name, await GatheredAnswer.OfAsync(lease.Engine.GenerateAsync(asked.For(lease.Model.Settings, 0), cancellationToken)));
    }

    public async Task<(string Model, List<EmbeddingItem> Items)> EmbedAsync(string model, EmbeddingRequest request, CancellationToken cancellationToken)
    {
        using var lease = await UseAsync(model, cancellationToken);
        var items = new List<EmbeddingItem>();
        await foreach (var item in lease.Engine.EmbedAsync(request, cancellationToken))
            items.Add(item);
        return (lease.Name, items);
    }

    public Refusal Explain(Exception e) => Dispatcher.Explain(e, McpRoutes.All[0]);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    Task<ModelLease> UseAsync(string model, CancellationToken cancellationToken) => _pool.UseAsync(ModelPool.Find(model, List()), cancellationToken);
}
