using Hearth.Requests;
using Hearth.Workers.Client;

namespace Hearth.Cli;

/// <summary>Models in worker processes: the only way to a model that this program has.</summary>
static class WorkerModels
{
    /// <summary>Opens the model of a choice in a worker of its own.</summary>
    internal static async Task<IModelFile> OpenAsync(ModelChoice choice, CancellationToken cancellationToken)
        => await WorkerModelFile.OpenAsync(new()
        {
            ModelPaths = choice.Paths,
            AdapterPaths = choice.Adapters,
            Unconfined = choice.Unconfined,
            InlineReplies = choice.InlineReplies,
            OnDenied = denied => choice.Alarms.Add(denied.Call, denied.Family, denied.Process, denied.Thread, denied.Time),
        }, cancellationToken);

    /// <summary>What the system can deny a worker here, for people.</summary>
    internal static IReadOnlyList<(string Mechanism, string State)> Confinement()
        => [.. WorkerConfinement.Probe().Select(m => (m.Name, $"{(m.Available ? "enforced" : m.Required ? "MISSING" : "not here")}: {m.Detail}"))];
}
