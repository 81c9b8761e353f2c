using System.Runtime.CompilerServices;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.WorkerDouble;

/// <summary>An engine that does what the text of the prompt says.</summary>
sealed class FakeEngine : IEngine
{
    readonly TaskCompletionSource _released = new();
    int _passes, _made, _cancellations;
    byte[][] _ballast = [];

    internal GenerationRequest? Request { get; private set; }

    internal EmbeddingRequest? Embedded { get; private set; }

    /// <summary>What it says to the next requests, one after the other, instead of doing what the text says.</summary>
    internal Queue<GenerationEvent[]> Scripts { get; } = [];

    internal int Cancellations => Volatile.Read(ref _cancellations);

    /// <summary>Pieces of the answer "count" that were made so far.</summary>
    internal int Made => Volatile.Read(ref _made);

    internal bool Disposed { get; private set; }

    public LoadedModel Model => FakeModel.Loaded;

    internal void Release() => _released.TrySetResult();

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Request = request;
        var text = request.Prompt switch { TextPrompt t => t.Text.Reveal(), ChatPrompt c => c.Messages[^1].Content.Reveal(), _ => "tokens" };
        if (Scripts.TryDequeue(out var script))
        {
            foreach (var step in script)
                yield return step;
            yield break;
        }

        yield return new Admitted(text.Length, 1, TimeSpan.FromTicks(99));
        if (text == "block")
            await ReleaseAsync(cancellationToken);
        if (text == "fail")
            throw new EngineException(FailureCode.NotFinite, "A logit is not finite.", "finite numbers", "use another model");
        if (text == "crash")
            Environment.FailFast("a secret of the user");
        if (text == "exit")
            Environment.Exit(7);
        if (text == "grow")
            _ballast = Grow(256);

        var tokens = request.MaxTokens ?? 3;
        for (var i = 0; i < tokens; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _made);
            Interlocked.Increment(ref _passes);
            TokenLogProbability[] top = request.LogProbabilities is { } k
                ? [new(i % 300, -0.5f, [.. Enumerable.Range(0, k).Select(j => new TopToken(j, -j))])]
                : [];
            yield return new Delta("é" + i, [i % 300], top);
        }

        var timings = new GenerationTimings(TimeSpan.FromTicks(1), TimeSpan.FromTicks(2), TimeSpan.FromTicks(3));
        yield return new Completed(FinishReason.Stop, "##", text.Length, 1, tokens, timings, request.Sampling.Seed ?? ulong.MaxValue, "1");
        // Whoever goes on reading behind the end waits here until it is cancelled.
        if (text == "linger")
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    /// <summary>So many MiB, touched.</summary>
    static byte[][] Grow(int mebibytes) => [.. Enumerable.Range(0, mebibytes).Select(i =>
    {
        var bytes = new byte[1 << 20];
        Array.Fill(bytes, (byte)i);
        return bytes;
    })];

    async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _released.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancellations);
            throw;
        }
    }

    public async IAsyncEnumerable<float[]> LogitsAsync(
        IReadOnlyList<int> tokens, bool allPositions, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = allPositions ? 0 : tokens.Count - 1; i < tokens.Count; i++)
        {
            await Task.Yield();
            yield return [.. Enumerable.Range(0, Model.VocabularySize).Select(v => (v * 0.25f) + tokens[i])];
        }
    }

    public async IAsyncEnumerable<EmbeddingItem> EmbedAsync(EmbeddingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Embedded = request;
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            await Task.Yield();
            var given = request.Inputs[i] switch { TextPrompt t => t.Text.Length, TokenPrompt t => t.Tokens.Count, _ => 0 };
            var tokens = Math.Min(given, request.MaxTokens ?? Model.EmbeddingTokens);
            for (var row = 0; row < (request.Pooling == PoolingType.None ? tokens : 1); row++)
                yield return new(i, row, ((float[])[tokens, row, 0, 0])[..(request.Dimensions ?? 4)], tokens, given);
        }
    }

    public async IAsyncEnumerable<RerankItem> RerankAsync(RerankRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < request.Documents.Count; i++)
        {
            await Task.Yield();
            yield return new(i, i * 0.5f, 3, request.MaxTokens ?? 3);
        }
    }

    public Task<double[]> ScoreAsync(IReadOnlyList<int> tokens, int first, CancellationToken cancellationToken = default)
        => Task.FromResult(tokens.Skip(first).Select(t => t < 0 ? 0.5 : -0.25 * t).ToArray());

    public async IAsyncEnumerable<MeasurementEvent> MeasureAsync(
        MeasureRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var round = 0; round < request.Rounds; round++)
        {
            await Task.Yield();
            yield return new(MeasurementKind.Decode, round, request.GenerateTokens * 1.5);
        }
    }

    public Task<EngineStats> StatsAsync(CancellationToken cancellationToken = default)
        => Task.FromResult(new EngineStats(1, 2, 3, 4, _passes, 6, _ballast.Length, 8));

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}
