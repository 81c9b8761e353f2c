using System.Runtime.CompilerServices;
using System.Text;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.Tests.Cli.Support;

/// <summary>A model without weights: a token is a character, and what it answers is decided by the test.</summary>
sealed class FakeModel : IModelFile, IEngine
{
    /// <summary>What it answers to the n-th request, cut into pieces.</summary>
    internal Func<GenerationRequest, IEnumerable<string>> Answer { get; set; } = static request => [$"You said: ", Last(request)];

    /// <summary>What a piece is: content, unless the test makes it something else.</summary>
    internal Func<string, Delta, Delta> Shape { get; set; } = static (_, delta) => delta;

    /// <summary>Awaited before each piece.</summary>
    internal Func<CancellationToken, Task> BeforePiece { get; set; } = static _ => Task.CompletedTask;

    internal Func<RenderRequest, string> Render { get; set; } = static request => $"{request.Template}|{request.ContextJson.Reveal()}|{request.Now:s}";

    /// <summary>The text of tokens.</summary>
    internal Func<IReadOnlyList<int>, string> Text { get; set; } = static tokens => Encoding.UTF8.GetString([.. tokens.Select(t => (byte)t)]);

    /// <summary>What the test makes of an inspection.</summary>
    internal Func<ModelInspection, ModelInspection> Inspected { get; set; } = static inspection => inspection;

    internal Task Loaded { get; set; } = Task.CompletedTask;

    internal FinishReason Reason { get; set; } = FinishReason.EndOfText;

    internal EngineException? LoadFailure { get; set; }

    /// <summary>Why it admits no request.</summary>
    internal EngineException? Refusal { get; set; }

    internal List<GenerationRequest> Requests { get; } = [];

    internal LoadOptions? LoadedWith { get; private set; }

    /// <summary>How often a load has begun.</summary>
    internal int Loads { get; private set; }

    internal MeasureRequest? Measured { get; private set; }

    internal List<EmbeddingRequest> Embedded { get; } = [];

    internal RerankRequest? Reranked { get; private set; }

    internal MachineRequest? MachineRequested { get; private set; }

    internal ModelWork? Work { get; set; } = new()
    {
        Layers = 30,
        Width = 576,
        TrainedContextLength = 32_768,
        KvBytesPerPosition = 23_040,
        AttentionMacs = 34_560,
        Matrices = [new("Q4_1", 106_000_000, 66_000_000)],
        Output = new("Q8_0", 28_311_552, 30_000_000),
    };

    /// <summary>Tokens and first judged one of every scoring.</summary>
    internal List<(int Tokens, int First)> Scored { get; } = [];

    internal int Disposals { get; private set; }

    internal Action BeforeDisposal { get; set; } = static () => { };

    public LoadedModel Model { get; set; } = new()
    {
        Architecture = "fake",
        ContextLength = 1000,
        TrainedContextLength = 8192,
        VocabularySize = 3,
        ParameterCount = 134_515_008,
        WeightBytes = 98_000_000,
        BytesPerToken = 90_000_000,
        KvCacheBytes = 188_743_680,
        InstructionSet = "scalar",
        KernelDigest = "",
        NumericProfile = "1",
        TemplateDigest = "",
        EmbeddingLength = 2,
        EmbeddingTokens = 6,
        Threads = (2, 2),
        LoadTime = TimeSpan.FromMilliseconds(125),
    };

    public Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default) => Task.FromResult(Inspected(new()
    {
        Format = "GGUF 3",
        FileBytes = 98_362_432,
        Metadata = [new("general.architecture", "string", "llama"), new("evil\e]0;name", "string", "line one\nline two")],
        Tensors = [new("token_embd.weight", "Q8_0", [576, 49152], 30_081_024), new("blk.0.attn_q.weight", "Q4_1", [576, 576], 207_360), new("blk.1.attn_q.weight", "Q4_1", [576, 576], 207_360)],
        ParameterCount = 134_515_008,
        Memory = new(contextLength == 0 ? 8192 : contextLength, 98_000_000, 188_743_680, 20_000_000, 4_000_000_000),
        Warnings = ["The pre-tokenizer is unknown."],
        ChatTemplate = "{{ messages }}",
        Work = Work,
    }));

    public Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken = default)
        => Task.FromResult<IReadOnlyList<int>>([.. Encoding.UTF8.GetBytes(text.Reveal()).Select(b => (int)b), .. parseSpecial ? [-1] : (int[])[]]);

    public Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
        => Task.FromResult<PrivateText>(Text(tokens));

    public Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default) => Task.FromResult<PrivateText>(Render(request));

    public Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken = default)
    {
        MachineRequested = request;
        return Task.FromResult(new MachineSpeed
        {
            InstructionSet = "scalar",
            Threads = 2,
            AvailableBytes = 16_000_000_000,
            Int8Peak = 900e9,
            ReadRate = 50e9,
            LayerSeconds = 5e-6,
            AttentionRate = 100e9,
            Formats = [.. request.Types.Select((t, i) => new FormatSpeed(t, (5 - (i / 2.0)) * 100e9, 40e9, 4.5 + (2 * i)))],
        });
    }

    public async Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        LoadedWith = options;
        progress?.Report(new(50, 100));
        var loaded = Loaded;
        Loads++;
        await loaded.WaitAsync(cancellationToken);
        return LoadFailure is null ? this : throw LoadFailure;
    }

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int asked;
        lock (Requests)
        {
            Requests.Add(request);
            asked = Requests.Count;
        }

        if (Refusal is not null)
            throw Refusal;
        var cached = asked > 1 ? 40 : 0;
        yield return new Admitted(50, cached, TimeSpan.Zero);
        var tokens = 0;
        foreach (var piece in Answer(request))
        {
            await BeforePiece(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            tokens++;
            yield return Shape(piece, new(piece, [tokens], request.LogProbabilities is null ? [] : [new(tokens, -0.5f, [new(tokens, -0.5f), new(9, -1.25f)])]));
        }

        yield return new Completed(
            Reason, PrivateText.OrNull(Reason == FinishReason.Stop ? "END" : null), 50, cached, tokens,
            new(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(210)), 42, "1");
    }

    public async IAsyncEnumerable<float[]> LogitsAsync(IReadOnlyList<int> tokens, bool allPositions, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var token in allPositions ? tokens : tokens.TakeLast(1))
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return [token, token + 0.5f, -token];
        }
    }

    public async IAsyncEnumerable<EmbeddingItem> EmbedAsync(EmbeddingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Embedded.Add(request);
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            var given = request.Inputs[i] switch { TextPrompt t => t.Text.Length, TokenPrompt t => t.Tokens.Count, _ => 0 };
            var tokens = Math.Min(given, request.MaxTokens ?? Model.EmbeddingTokens);
            for (var row = 0; row < (request.Pooling == PoolingType.None ? tokens : 1); row++)
                yield return new(i, row, [tokens, -row - 0.5f], tokens, given);
        }
    }

    public async IAsyncEnumerable<RerankItem> RerankAsync(RerankRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Reranked = request;
        if (Refusal is not null)
            throw Refusal;
        for (var i = 0; i < request.Documents.Count; i++)
        {
            await Task.Yield();
            var length = ((TextPrompt)request.Documents[i]).Text.Length;
            yield return new(i, length == 3 ? 1.5f : length / -4f, Math.Min(length, 5), length);
        }
    }

    public Task<double[]> ScoreAsync(IReadOnlyList<int> tokens, int first, CancellationToken cancellationToken = default)
    {
        Scored.Add((tokens.Count, first));
        return Task.FromResult(tokens.Skip(first).Select(t => Math.Log(t == 'a' ? 0.25 : 0.5)).ToArray());
    }

    public async IAsyncEnumerable<MeasurementEvent> MeasureAsync(MeasureRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Measured = request;
        for (var round = 0; round < request.Rounds; round++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(MeasurementKind.Int8Peak, round, 400e9);
            yield return new(MeasurementKind.RawRead, round, 30e9);
            yield return new(MeasurementKind.Prefill, round, 800 + round);
            yield return new(MeasurementKind.PrefillRate, round, 200e9);
            yield return new(MeasurementKind.Decode, round, 190 + round);
            yield return new(MeasurementKind.DecodeRate, round, 27e9);
        }
    }

    public Task<EngineStats> StatsAsync(CancellationToken cancellationToken = default) => Task.FromResult(new EngineStats(3, 128, 0, 0, 17, 250_000_000, 120_000_000, 300_000_000));

    public ValueTask DisposeAsync()
    {
        BeforeDisposal();
        Disposals++;
        return ValueTask.CompletedTask;
    }

    static string Last(GenerationRequest request) => request.Prompt switch
    {
        ChatPrompt chat => chat.Messages[^1].Content.Reveal(),
        TextPrompt text => text.Text.Reveal(),
        _ => "",
    };
}
