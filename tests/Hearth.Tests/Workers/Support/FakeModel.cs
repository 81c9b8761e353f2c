using System.Runtime.CompilerServices;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.Tests.Workers.Support;

/// <summary>A model file whose answers a test knows: tokens are characters, an answer repeats the prompt.</summary>
sealed class FakeModel : IModelFile
{
    internal static readonly LoadedModel Loaded = new()
    {
        Architecture = "fake",
        ContextLength = 512,
        TrainedContextLength = 2048,
        VocabularySize = 300,
        ParameterCount = 12_345_678_901,
        WeightBytes = 5,
        BytesPerToken = 6,
        KvCacheBytes = 7,
        InstructionSet = "scalar",
        KernelDigest = "cd",
        NumericProfile = "1",
        TemplateDigest = "ab",
        Threads = (2, 1),
        LoadTime = TimeSpan.FromMilliseconds(12.5),
    };

    internal static readonly ModelInspection Inspection = new()
    {
        Format = "GGUF 3",
        FileBytes = 1L << 40,
        Metadata = [new("general.architecture", "string", "fake"), new("empty", "string", "")],
        Tensors = [new("token_embd.weight", "Q8_0", [576, 49152], 30_081_024), new("scalar", "F32", [], 4)],
        ParameterCount = 134_515_008,
        Memory = new(8192, 1, 2, 3, 4),
        Warnings = ["no pre-tokenizer is named"],
        ChatTemplate = "{{ messages }}",
    };

    internal LoadOptions? Options { get; private set; }

    internal FakeEngine Engine { get; } = new();

    internal bool Disposed { get; private set; }

    public Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default)
        => Task.FromResult(Inspection with { Memory = Inspection.Memory with { ContextLength = contextLength } });

    public Task<IReadOnlyList<int>> TokenizeAsync(string text, bool parseSpecial, CancellationToken cancellationToken = default)
        => Task.FromResult<IReadOnlyList<int>>([parseSpecial ? 1 : 0, .. text.Select(c => (int)c)]);

    public Task<string> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
        => tokens.Any(t => t < 0)
            ? throw new EngineException(FailureCode.InvalidRequest, "A token is negative.", "0 to 299", "check the ids")
            : Task.FromResult(string.Concat(tokens.Select(t => (char)t)));

    public Task<string> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default)
        => request.Template == "throw"
            ? throw new InvalidOperationException("a secret of the user")
            : Task.FromResult($"{request.ContextJson}|{request.Template}|{request.Now:O}");

    public Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Options = options;
        for (var done = 0; done <= 10_000; done++)
            progress?.Report(new(done, 10_000));
        return Task.FromResult<IEngine>(Engine);
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>An engine that does what the text of the prompt says.</summary>
sealed class FakeEngine : IEngine
{
    readonly TaskCompletionSource _released = new();
    int _passes;

    internal GenerationRequest? Request { get; private set; }

    internal int Cancellations { get; private set; }

    /// <summary>Pieces of the answer "count" that were made so far.</summary>
    internal int Made { get; private set; }

    internal bool Disposed { get; private set; }

    public LoadedModel Model => FakeModel.Loaded;

    internal void Release() => _released.TrySetResult();

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Request = request;
        var text = request.Prompt switch { TextPrompt t => t.Text, ChatPrompt c => c.Messages[^1].Content, _ => "tokens" };
        yield return new Admitted(text.Length, 1, TimeSpan.FromTicks(99));
        if (text == "block")
            await ReleaseAsync(cancellationToken);
        if (text == "fail")
            throw new EngineException(FailureCode.NotFinite, "A logit is not finite.", "finite numbers", "use another model");

        var tokens = request.MaxTokens ?? 3;
        for (var i = 0; i < tokens; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Made++;
            _passes++;
            TokenLogProbability[] top = request.LogProbabilities is { } k
                ? [new(i % 300, -0.5f, [.. Enumerable.Range(0, k).Select(j => new TopToken(j, -j))])]
                : [];
            yield return new Delta("é" + i, [i % 300], top);
        }

        var timings = new GenerationTimings(TimeSpan.FromTicks(1), TimeSpan.FromTicks(2), TimeSpan.FromTicks(3));
        yield return new Completed(FinishReason.Stop, "##", text.Length, 1, tokens, timings, request.Sampling.Seed ?? ulong.MaxValue, "1");
    }

    async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _released.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancellations++;
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
        => Task.FromResult(new EngineStats(1, 2, 3, 4, _passes, 6, 7, 8));

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}
