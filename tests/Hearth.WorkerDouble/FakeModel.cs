using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Models;

namespace Hearth.WorkerDouble;

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
        EmbeddingLength = 4,
        EmbeddingTokens = 256,
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
        Work = new()
        {
            Layers = 2,
            Width = 64,
            TrainedContextLength = 2048,
            KvBytesPerPosition = 512,
            AttentionMacs = 256,
            Matrices = [new("Q4_0", 1000, 625), new("F16", 10, 20)],
            Output = new("Q8_0", 300, 340),
        },
        Adapter = new("lora", "fake", 14, 4, 8, 0.5f),
    };

    internal static readonly MachineSpeed Speed = new()
    {
        InstructionSet = "scalar",
        Threads = 2,
        AvailableBytes = 1L << 34,
        Int8Peak = 9e11,
        ReadRate = 5e10,
        LayerSeconds = 1e-6,
        AttentionRate = 8e10,
        Formats = [new("Q4_0", 5e11, 4.5e10, 4.5), new("F16", 1e11, 5e10, 16)],
    };

    internal LoadOptions? Options { get; private set; }

    /// <summary>What its file says.</summary>
    internal ModelInspection Inspected { get; init; } = Inspection;

    internal FakeEngine Engine { get; } = new();

    internal bool Disposed { get; private set; }

    public Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default)
        => Task.FromResult(Inspected with { Memory = Inspected.Memory with { ContextLength = contextLength } });

    public Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken = default)
        => Task.FromResult<IReadOnlyList<int>>([parseSpecial ? 1 : 0, .. text.Reveal().Select(c => (int)c)]);

    public Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
        => tokens.Any(t => t < 0)
            ? throw new EngineException(FailureCode.InvalidRequest, "A token is negative.", "0 to 299", "check the ids")
            : Task.FromResult<PrivateText>(string.Concat(tokens.Select(t => (char)t)));

    public Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default)
        => request.Template == "throw"
            ? throw new InvalidOperationException("a secret of the user")
            : Task.FromResult<PrivateText>($"{request.ContextJson.Reveal()}|{request.Template}|{request.Now:O}");

    public Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken = default)
        => Task.FromResult(Speed with { Formats = [.. request.Types.Select(t => Speed.Formats[0] with { Type = t })] });

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
