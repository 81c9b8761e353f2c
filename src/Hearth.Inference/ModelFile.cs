using System.Text;
using System.Text.Json;
using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Inference.ChatTemplates;
using Hearth.Inference.Generation;
using Hearth.Inference.Tokenizers;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Models;
using Microsoft.Win32.SafeHandles;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference;

/// <summary>A model file in the caller's process: the way into the engine for programs that use it as a library.</summary>
/// <remarks>
/// Nothing is confined here: the file is parsed and run with the rights of the caller. Programs that open files of strangers should run a worker.
/// </remarks>
public sealed class ModelFile : IModelFile
{
    readonly GgufFile? _file;
    readonly AdapterFiles _adapters;
    readonly TimeProvider _clock;
    readonly Lazy<Tokenizer> _tokenizer;
    readonly string? _template, _rerankTemplate;
    readonly bool _inlineEvents;

    ModelFile(GgufFile? file, AdapterFiles adapters, TimeProvider? clock, bool inlineEvents = false)
    {
        (_file, _adapters, _clock, _inlineEvents) = (file, adapters, clock ?? TimeProvider.System, inlineEvents);
        _tokenizer = new(() => Guard(() => Tokenizer.Create(File)));
        try
        {
            _template = file is null ? null : Guard(() => FileTemplate.Of(file.Metadata, out _));
            _rerankTemplate = Template("tokenizer.chat_template.rerank");
        }
        catch
        {
            file?.Dispose();
            adapters.Dispose();
            throw;
        }

        string? Template(string key) => file is null ? null : Guard(() => file.Metadata.TryGetString(key, out var template) ? template : null);
    }

    GgufFile File => _file ?? throw new EngineException(FailureCode.InvalidRequest, "No model file was given.", "a model file", "Name one.");

    /// <summary>Opens a model whose files are already open for reading.</summary>
    /// <param name="parts">The one GGUF file, or all parts of a split one in order; borrowed for the call.</param>
    /// <param name="adapters">Its adapters (LoRA), a GGUF file each; borrowed for the call. <see cref="LoadOptions.Adapters"/> says how strongly they count.</param>
    /// <param name="clock">The clock; null takes the system's.</param>
    /// <param name="inlineEvents">True: whoever reads an answer runs on the engine's thread, which spares a change of threads for each token. Only for readers that never block.</param>
    /// <exception cref="EngineException">The file breaks a rule of its format. An adapter that does is refused when the model is loaded.</exception>
    public static ModelFile Open(IReadOnlyList<SafeFileHandle> parts, IReadOnlyList<SafeFileHandle> adapters, TimeProvider? clock = null, bool inlineEvents = false)
    {
        var files = AdapterFiles.Open(adapters);
        try
        {
            return new(Guard(() => GgufFile.Open(parts)), files, clock, inlineEvents);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Opens a GGUF file, and where its name is that of a part (see <see cref="SplitFiles"/>) all the others with it.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="adapters">The paths of adapters (LoRA) for it. <see cref="LoadOptions.Adapters"/> says how strongly they count.</param>
    /// <exception cref="EngineException">The file breaks a rule of its format. An adapter that does is refused when the model is loaded.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ModelFile Open(string path, params IReadOnlyList<string> adapters)
    {
        var handles = new List<SafeFileHandle>();
        try
        {
            var parts = SplitFiles.Of(path);
            handles.AddRange(parts.Concat(adapters).Select(file => System.IO.File.OpenHandle(file)));
            return Open(handles[..parts.Count], handles[parts.Count..]);
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>No file at all: only templates that are given can be rendered.</summary>
    /// <param name="clock">The clock; null takes the system's.</param>
    public static ModelFile None(TimeProvider? clock = null) => new(null, AdapterFiles.Open([]), clock);

    /// <inheritdoc/>
    public Task<ModelInspection> InspectAsync(int contextLength, CancellationToken cancellationToken = default)
        => Task.FromResult(Inspection.Describe(File, _tokenizer, contextLength));

    /// <inheritdoc/>
    public Task<IReadOnlyList<int>> TokenizeAsync(PrivateText text, bool parseSpecial, CancellationToken cancellationToken = default)
    {
        var tokens = new List<int>();
        _tokenizer.Value.Encode(text.Reveal(), parseSpecial, tokens);
        return Task.FromResult<IReadOnlyList<int>>(tokens);
    }

    /// <inheritdoc/>
    public Task<PrivateText> DetokenizeAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
        => Task.FromResult<PrivateText>(_tokenizer.Value.Decode(tokens));

    /// <inheritdoc/>
    public Task<PrivateText> RenderAsync(RenderRequest request, CancellationToken cancellationToken = default)
    {
        var source = request.Template ?? _template ?? throw new EngineException(
            FailureCode.Template, "The model file has no chat template.", "tokenizer.chat_template in the file", "Give a template.");
        try
        {
            using var context = JsonDocument.Parse(request.ContextJson.Reveal());
            if (context.RootElement.ValueKind != JsonValueKind.Object)
                throw new EngineException(FailureCode.InvalidRequest, $"The context is a JSON {context.RootElement.ValueKind}.", "an object", "Give an object with \"messages\".");
            return Task.FromResult<PrivateText>(ChatPrompts.Parse(source).Render(context.RootElement, request.Now ?? _clock.GetLocalNow().DateTime, cancellationToken));
        }
        catch (JsonException e)
        {
            throw new EngineException(FailureCode.InvalidRequest, $"The context is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}.", "a JSON object", "Correct it.");
        }
        catch (ChatTemplateException e)
        {
            throw ChatPrompts.Explain(e);
        }
    }

    /// <inheritdoc/>
    public Task<MachineSpeed> MeasureMachineAsync(MachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => new MachineMeasurement(_clock).Run(request, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IEngine> LoadAsync(LoadOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
        => Task.Run<IEngine>(() => Load(options, progress, cancellationToken), cancellationToken);

    /// <summary>Closes the file and its adapters. An engine that was loaded from it lives on.</summary>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        _adapters.Dispose();
        return ValueTask.CompletedTask;
    }

    LocalEngine Load(LoadOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        var tokenizing = Task.Run(() => _tokenizer.Value, cancellationToken);
        LoadedDecoder? model = null;
        try
        {
            model = Guard(() => LoadedDecoder.Load(File, options, progress, cancellationToken, _adapters.For(options)));
            var tokenizer = tokenizing.GetAwaiter().GetResult();
            if (tokenizer.VocabularySize != model.Shape.Vocabulary)
            {
                throw new EngineException(
                    FailureCode.InvalidModel, $"The file has {tokenizer.VocabularySize} tokens and embeddings for {model.Shape.Vocabulary}.", "as many of one as of the other",
                    "The file is damaged; take another copy.");
            }

            return new LocalEngine(model, tokenizer, new(tokenizer, _template, _clock), Describe(model, options, _clock.GetElapsedTime(start)), _clock, _rerankTemplate, _inlineEvents);
        }
        catch
        {
            // It reads the mapped file, which a caller closes after a failure.
            Task.WaitAny([tokenizing], CancellationToken.None);
            model?.Dispose();
            throw;
        }
    }

    LoadedModel Describe(LoadedDecoder model, LoadOptions options, TimeSpan loadTime) => new()
    {
        Architecture = model.Shape.Architecture.Name,
        ContextLength = model.ContextLength,
        TrainedContextLength = model.Shape.ContextLength,
        VocabularySize = model.Shape.Vocabulary,
        ParameterCount = File.Tensors.Where(t => !TensorChecks.IsNeighbour(t)).Sum(t => t.ElementCount),
        WeightBytes = model.WeightBytes,
        BytesPerToken = model.Weights.Streamed.Sum(w => w.ByteCount),
        KvCacheBytes = model.Pool.Store.PageBytes * model.Pool.Store.Pages,
        InstructionSet = model.Kernels.Name,
        KernelDigest = model.Kernels.Digest,
        NumericProfile = options.Activations == ActivationType.Float ? TensorKernels.FloatProfile : TensorKernels.IntegerProfile,
        TemplateDigest = _template is null ? "" : Sha256.Hex(Encoding.UTF8.GetBytes(_template)),
        EmbeddingLength = model.Shape.Width,
        EmbeddingTokens = EmbeddingLimits.For(File.Metadata.TryGetString("general.name", out var name) ? name : null, model.ContextLength),
        Threads = model.Threads,
        LoadTime = loadTime,
    };

    static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new EngineException(FailureCode.InvalidModel, e.Message, "", "", e);
        }
    }
}
