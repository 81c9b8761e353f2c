using System.Runtime.CompilerServices;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Requests.Events;
using Hearth.Requests.Models;

namespace Hearth.Fuzz.Targets;

/// <summary>A model that says one word, and looks at what it is asked: what a reader let through keeps the ranges that it is to keep.</summary>
sealed class RequestsModel : IModelFile, IEngine
{
    const string Said = "a";

    public LoadedModel Model { get; } = new()
    {
        Architecture = "m",
        ContextLength = 1000,
        TrainedContextLength = 1000,
        VocabularySize = 3,
        ParameterCount = 1,
        WeightBytes = 1,
        BytesPerToken = 1,
        KvCacheBytes = 1,
        InstructionSet = "scalar",
        KernelDigest = "",
        NumericProfile = "1",
        TemplateDigest = "",
        EmbeddingLength = 2,
        EmbeddingTokens = 1000,
        Threads = (1, 1),
        LoadTime = TimeSpan.Zero,
    };

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Check(request);
        yield return new Admitted(1, 0, TimeSpan.Zero);
        yield return new Delta(Said, [1], request.LogProbabilities is null ? [] : [new(1, -0.5f, [new(1, -0.5f)])]);
        yield return new Completed(FinishReason.EndOfText, null, 1, 0, 1, new(default, default, default), 0, "1");
    }

    public async IAsyncEnumerable<EmbeddingItem> EmbedAsync(EmbeddingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        FuzzFinding.Unless(request.Inputs.Count is >= 1 and <= 2048 && request.Dimensions is null or >= 1, "a request for vectors has texts and a length");
        for (var i = 0; i < request.Inputs.Count; i++)
            yield return new(i, 0, [0.5f, -1], 1, 1);
    }

    public async IAsyncEnumerable<RerankItem> RerankAsync(RerankRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        FuzzFinding.Unless(request.Documents.Count is >= 1 and <= 1000, "a request for scores has documents");
        for (var i = 0; i < request.Documents.Count; i++)
            yield return new(i, -i, 1, 1);
    }

    public Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default) => Task.FromResult<ModelInspection>(new()
    {
        Format = "GGUF 3",
        FileBytes = 1,
        Metadata = [new("general.architecture", "string", "\"m\"")],
        Tensors = [],
        ParameterCount = 1,
        Memory = new(1000, 1, 1, 1, 1000),
        Warnings = [],
        ChatTemplate = "",
        Work = null,
    });

    public Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default) => Task.FromResult<PrivateText>(Said);

    public Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default) => Task.FromResult<IEngine>(this);

    public Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<float[]> LogitsAsync(IReadOnlyList<int> tokens, bool allPositions, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<double[]> ScoreAsync(IReadOnlyList<int> tokens, int first, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<MeasurementEvent> MeasureAsync(MeasureRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<EngineStats> StatsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static void Check(GenerationRequest request)
    {
        var s = request.Sampling;
        FuzzFinding.Unless(request.MaxTokens is null or >= 1, "an answer has at least one token");
        FuzzFinding.Unless(request.Stop.All(text => text.Length > 0), "a text that ends an answer is not empty");
        FuzzFinding.Unless(request.LogProbabilities is null or (>= 0 and <= 20), "at most twenty tokens are listed");
        FuzzFinding.Unless(s is { Temperature: >= 0 and <= 100, TopP: >= 0 and <= 1, MinP: >= 0 and <= 1, TypicalP: >= 0 and <= 1, TopK: >= 0 }, "probabilities are such");
        FuzzFinding.Unless(s is { RepetitionPenalty: > 0 and <= 100, PresencePenalty: >= -100 and <= 100, FrequencyPenalty: >= -100 and <= 100, PenaltyWindow: >= -1 }, "penalties are of their ranges");
        FuzzFinding.Unless(s.LogitBias.All(b => b.Key >= 0 && Math.Abs(b.Value) <= 100), "a bias is of a token and of its range");
        FuzzFinding.Unless(request.Prompt is not ChatPrompt chat || chat.Messages.All(m => m.Role is "system" or "user" or "assistant" or "tool"), "roles are those that templates know");
    }
}
