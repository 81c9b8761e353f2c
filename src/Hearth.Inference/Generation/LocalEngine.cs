using System.Runtime.CompilerServices;
using Hearth.Inference.Architectures;
using Hearth.Inference.Constraints;
using Hearth.Inference.KvCache;
using Hearth.Inference.Scheduling;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.Inference.Generation;

/// <summary>The engine in the caller's process.</summary>
sealed class LocalEngine : IEngine
{
    readonly LoadedDecoder _model;
    readonly Scheduler _scheduler;
    readonly Tokenizer _tokenizer;
    readonly ChatPrompts _prompts;
    readonly TimeProvider _clock;
    readonly ProcessMemory _memory = new();
    readonly string? _rerankTemplate;
    readonly bool _inlineEvents;
    readonly Lazy<ConstraintVocabulary> _vocabulary;
    bool _disposed;

    internal LocalEngine(LoadedDecoder model, Tokenizer tokenizer, ChatPrompts prompts, LoadedModel description, TimeProvider clock, string? rerankTemplate, bool inlineEvents)
    {
        (_model, _tokenizer, _prompts, Model, _clock, _rerankTemplate, _inlineEvents) = (model, tokenizer, prompts, description, clock, rerankTemplate, inlineEvents);
        _scheduler = new(model, clock);
        _vocabulary = new(() => new(tokenizer));
    }

    public LoadedModel Model { get; }

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireLogits();
        Check(request);
        var prompt = _prompts.Prepare(request.Prompt, cancellationToken);
        if ((request.Constraint is { } constraint ? Compile(constraint) : prompt.Call) is { } grammar)
            prompt = prompt with { Constraint = new(grammar, _vocabulary.Value) };
        if (prompt.Tokens.Length >= _model.ContextLength)
            throw TooLong(prompt.Tokens.Length, "and room for an answer");
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var seed = request.Sampling.Seed ?? (ulong)Random.Shared.NextInt64();
        var answer = new Answer(request, prompt, _tokenizer, _model.ContextLength, seed, Model.NumericProfile, _clock, _inlineEvents, stopped.Token);
        _scheduler.Submit(answer);
        try
        {
            await foreach (var e in answer.Events.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return e;
        }
        finally
        {
            // A caller that stops reading stops the computation.
            await stopped.CancelAsync().ConfigureAwait(false);
        }
    }

    public async IAsyncEnumerable<float[]> LogitsAsync(
        IReadOnlyList<int> tokens, bool allPositions, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireLogits();
        var prompt = _prompts.Prepare(new TokenPrompt(tokens), cancellationToken).Tokens;
        if (prompt.Length > _model.ContextLength)
            throw TooLong(prompt.Length, "");
        var batch = new Batch(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);
        var sequence = await _scheduler.RunAloneAsync(_ => _scheduler.TakeSequence(prompt.Length, prompt.Length > _model.Shape.LongFrom)).ConfigureAwait(false);
        try
        {
            while (sequence.Length < prompt.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var row in await _scheduler.RunAloneAsync(m => NextRows(m, batch, sequence, prompt, allPositions)).ConfigureAwait(false))
                    yield return row;
            }
        }
        finally
        {
            await _scheduler.RunAloneAsync(_ => Free(sequence)).ConfigureAwait(false);
        }
    }

    public async Task<double[]> ScoreAsync(IReadOnlyList<int> tokens, int first, CancellationToken cancellationToken = default)
    {
        RequireLogits();
        var prompt = _prompts.Prepare(new TokenPrompt(tokens), cancellationToken).Tokens;
        if (first < 1 || first >= prompt.Length)
            throw new EngineException(FailureCode.InvalidRequest, $"{prompt.Length} tokens are to be judged from number {first} on.", $"a number from 1 to {prompt.Length - 1}", "Choose a number in the range.");
        if (prompt.Length > _model.ContextLength)
            throw TooLong(prompt.Length, "");
        return await new Scoring(_scheduler).RunAsync(prompt, first, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<EmbeddingItem> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken = default)
        => new Embedder(new(_scheduler, _model), _tokenizer, Model).RunAsync(request, cancellationToken);

    public IAsyncEnumerable<RerankItem> RerankAsync(RerankRequest request, CancellationToken cancellationToken = default)
        => new Reranker(new(_scheduler, _model), _tokenizer, _model.Shape, Model, _rerankTemplate).RunAsync(request, cancellationToken);

    public IAsyncEnumerable<MeasurementEvent> MeasureAsync(MeasureRequest request, CancellationToken cancellationToken = default)
    {
        RequireLogits();
        return new Measurement(_scheduler, _model.ContextLength, _clock).RunAsync(request, cancellationToken);
    }

    public Task<EngineStats> StatsAsync(CancellationToken cancellationToken = default)
    {
        var (running, waiting, pages) = _scheduler.Load;
        var (resident, anonymous, peak) = _memory.Read();
        return Task.FromResult(new EngineStats(
            pages, _model.Pool.Store.Pages, running, waiting, _scheduler.PassesDone, resident, anonymous, peak));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        // Where events are read on the engine's thread, what follows an answer is there too; and that thread can't wait for its own end.
        await Task.Run(_scheduler.Dispose).ConfigureAwait(false);
        _model.Dispose();
        _memory.Dispose();
    }

    static List<float[]> NextRows(LoadedDecoder model, Batch batch, CachedSequence sequence, int[] prompt, bool allPositions)
    {
        var count = Math.Min(allPositions ? LoadedDecoder.MaxLogits : LoadedDecoder.MaxRows, prompt.Length - sequence.Length);
        sequence.Append(prompt.AsSpan(sequence.Length, count));
        var wanted = allPositions ? LogitsWanted.All : sequence.Length == prompt.Length ? LogitsWanted.Last : LogitsWanted.None;
        batch.Clear();
        batch.Add(sequence, count, wanted);
        model.Decoder.Forward(batch);
        return [.. Enumerable.Range(0, batch.LogitCount).Select(i => model.Decoder.Logits.Row(i).ToArray())];
    }

    static bool Free(CachedSequence sequence)
    {
        sequence.Truncate(0);
        return true;
    }

    /// <exception cref="EngineException">The model is an encoder.</exception>
    void RequireLogits()
    {
        if (!_model.Shape.HasLogits)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"A model of the architecture {Model.Architecture} turns texts into vectors; it writes none.", "a model that generates text",
                "Choose another model.")
            {
                Part = RequestPart.Model,
            };
        }
    }

    /// <exception cref="EngineException">It is wrong, or can't be enforced.</exception>
    static Node Compile(AnswerConstraint constraint)
    {
        try
        {
            return ConstraintCompiler.Compile(constraint);
        }
        catch (EngineException e) when (e.Code == FailureCode.InvalidRequest)
        {
            throw new EngineException(e.Code, e.Message, e.Expected, e.Remedy, e) { Part = RequestPart.Constraint };
        }
    }

    static void Check(GenerationRequest request)
    {
        if (request.MaxTokens is < 1)
            throw new EngineException(FailureCode.InvalidRequest, $"max tokens is {request.MaxTokens}.", "at least 1, or none", "Choose a number in the range.");
        if (request.LogProbabilities is < 0 or > 20)
            throw new EngineException(FailureCode.InvalidRequest, $"{request.LogProbabilities} log-probabilities were asked for.", "0 to 20", "Choose a number in the range.");
        if (request is { Constraint: not null, Prompt: ChatPrompt { Tools.Count: > 0, ToolChoice: not ToolChoice.None } })
            throw new EngineException(FailureCode.InvalidRequest, "A constraint and tools were given together.", "one of them", "Leave the tools out, or let the model call them and constrain the answer after that.");
        if (request.CacheScope.Length is not (0 or 32))
            throw new EngineException(FailureCode.InvalidRequest, $"A cache scope of {request.CacheScope.Length} bytes was given.", "32 bytes, or none", "Give a key of 32 bytes.");
    }

    EngineException TooLong(int tokens, string more) => new(
        FailureCode.ContextOverflow, $"The prompt has {tokens} tokens.", $"at most {_model.ContextLength}{(more.Length > 0 ? $", {more}" : "")}",
        _model.ContextLength < Model.TrainedContextLength
            ? $"Shorten it, or load the model with a longer context (up to {Model.TrainedContextLength})."
            : "Shorten it; in a conversation, summarise or leave out earlier turns.")
    {
        PromptTokens = tokens,
    };
}
