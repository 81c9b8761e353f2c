using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.Requests;

/// <summary>A loaded model that answers. The same contract holds in the caller's process and in a confined worker.</summary>
/// <remarks>
/// Members may be called from several threads at once; generations share passes. Every member throws <see cref="EngineException"/> for what the
/// caller can mend and <see cref="OperationCanceledException"/> when cancelled.
/// </remarks>
public interface IEngine : IAsyncDisposable
{
    /// <summary>What was loaded, and how.</summary>
    LoadedModel Model { get; }

    /// <summary>Answers a prompt: one <see cref="Admitted"/>, any number of <see cref="Delta"/>, one <see cref="Completed"/>.</summary>
    IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken = default);

    /// <summary>Computes raw logits for given tokens: one row for the last position, or one for every position, in ascending order.</summary>
    /// <param name="tokens">Token ids, 1 to the context length; no token is added.</param>
    /// <param name="allPositions">True for every position, false for the last one.</param>
    /// <param name="cancellationToken">Stops the computation between passes.</param>
    IAsyncEnumerable<float[]> LogitsAsync(IReadOnlyList<int> tokens, bool allPositions, CancellationToken cancellationToken = default);

    /// <summary>Measures the machine and the model side by side, as <c>hearth bench</c> shows it.</summary>
    IAsyncEnumerable<MeasurementEvent> MeasureAsync(MeasureRequest request, CancellationToken cancellationToken = default);

    /// <summary>Counters of the engine: cache pages, sequences, memory.</summary>
    Task<EngineStats> StatsAsync(CancellationToken cancellationToken = default);
}
