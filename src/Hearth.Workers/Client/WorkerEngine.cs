using System.Runtime.CompilerServices;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;
using Hearth.Workers.Supervision;

namespace Hearth.Workers.Client;

/// <summary>The engine of a worker, as if it were in this process.</summary>
sealed class WorkerEngine(WorkerSupervisor supervisor, LoadedModel model) : IEngine
{
    /// <summary>Pieces of an answer that may wait for a slow reader; a second of a fast model.</summary>
    const int DeltaCredit = 64;

    /// <summary>Rows of logits are large, so few are under way.</summary>
    const int RowCredit = 4;

    bool _disposed;

    public LoadedModel Model => model;

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestRules.Check(request);
        var link = await LinkAsync(cancellationToken);
        var message = new GenerateMessage(DeltaCredit, request);
        var rules = new AnswerRules(model, request);
        await foreach (var said in link.StreamAsync(Dialogue.Generate, DeltaCredit, message, GenerateMessage.Write, rules.Check, cancellationToken))
            yield return (GenerationEvent)said;
    }

    public async IAsyncEnumerable<float[]> LogitsAsync(
        IReadOnlyList<int> tokens, bool allPositions, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var link = await LinkAsync(cancellationToken);
        var message = new LogitsRequest(RowCredit, tokens, allPositions);
        var rules = new RowRules(model.VocabularySize, allPositions ? tokens.Count : 1);
        await foreach (var row in link.StreamAsync(Dialogue.Logits, RowCredit, message, NumberMessages.Write, rules.Check, cancellationToken))
            yield return (float[])row;
    }

    public async IAsyncEnumerable<MeasurementEvent> MeasureAsync(
        MeasureRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var link = await LinkAsync(cancellationToken);
        var message = new MeasureMessage(DeltaCredit, request);
        var rules = new FigureRules(request.Rounds);
        await foreach (var figure in link.StreamAsync(Dialogue.Measure, DeltaCredit, message, NumberMessages.Write, rules.Check, cancellationToken))
            yield return (MeasurementEvent)figure;
    }

    public async Task<double[]> ScoreAsync(IReadOnlyList<int> tokens, int first, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var link = await LinkAsync(cancellationToken);
        var rules = new ScoreRules(tokens.Count - first);
        return await link.AskAsync<ScoreRequest, double[]>(Dialogue.Score, new(tokens, first), ScoreMessages.Write, cancellationToken, rules.Check);
    }

    public async IAsyncEnumerable<EmbeddingItem> EmbedAsync(
        EmbeddingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestRules.Check(request);
        var link = await LinkAsync(cancellationToken);
        var message = new EmbedMessage(DeltaCredit, request);
        var rules = new EmbeddingRules(model, request);
        await foreach (var item in link.StreamAsync(Dialogue.Embed, DeltaCredit, message, EmbeddingMessages.Write, rules.Check, cancellationToken))
            yield return (EmbeddingItem)item;
    }

    public async IAsyncEnumerable<RerankItem> RerankAsync(RerankRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestRules.Check(request);
        var link = await LinkAsync(cancellationToken);
        var message = new RerankMessage(DeltaCredit, request);
        var rules = new RerankRules(request.Documents.Count);
        await foreach (var item in link.StreamAsync(Dialogue.Rerank, DeltaCredit, message, EmbeddingMessages.Write, rules.Check, cancellationToken))
            yield return (RerankItem)item;
    }

    public async Task<EngineStats> StatsAsync(CancellationToken cancellationToken = default)
    {
        var link = await LinkAsync(cancellationToken);
        return await link.AskAsync<int, EngineStats>(Dialogue.Stats, 0, static (_, _) => { }, cancellationToken);
    }

    /// <summary>Ends the worker, and with it the model; the file can still be asked, of a new one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
            await supervisor.UnloadAsync();
    }

    Task<WorkerLink> LinkAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(IEngine));
        return supervisor.LinkAsync(cancellationToken);
    }
}
