using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
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

    /// <summary>How likely the model finds given tokens: the natural logarithm of each one's probability after all that precede it.</summary>
    /// <param name="tokens">Token ids, at most the context length; no token is added.</param>
    /// <param name="first">The first token that is judged, 1 to the last one: what precedes it is context only.</param>
    /// <param name="cancellationToken">Stops the computation between passes.</param>
    /// <returns>One number, at most 0, for each token from <paramref name="first"/> on, in nats; the logits are not modified first.</returns>
    Task<double[]> ScoreAsync(IReadOnlyList<int> tokens, int first, CancellationToken cancellationToken = default);

    /// <summary>Makes vectors of texts: one for each, or with <see cref="PoolingType.None"/> one for every token, in order.</summary>
    IAsyncEnumerable<EmbeddingItem> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken = default);

    /// <summary>Judges documents by how well they answer a query: one item for each, in order. Needs a model with a classifier.</summary>
    IAsyncEnumerable<RerankItem> RerankAsync(RerankRequest request, CancellationToken cancellationToken = default);

    /// <summary>Measures the machine and the model side by side, as <c>hearth bench</c> shows it.</summary>
    IAsyncEnumerable<MeasurementEvent> MeasureAsync(MeasureRequest request, CancellationToken cancellationToken = default);

    /// <summary>Counters of the engine: cache pages, sequences, memory.</summary>
    Task<EngineStats> StatsAsync(CancellationToken cancellationToken = default);
}
