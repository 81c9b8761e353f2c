using Hearth.Formats.Gguf;
using Hearth.Inference.KvCache;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>A decoder with everything it runs on: weights, threads, cache. Owned: freed by <see cref="Dispose"/>.</summary>
sealed class LoadedDecoder : IDisposable
{
    /// <summary>Rows of a pass: a prefill chunk, or so many sequences at once.</summary>
    internal const int MaxRows = 512;

    readonly List<IDisposable> _owned;

    const int MaxStates = 16;

    /// <summary>Logit rows of a pass.</summary>
    internal const int MaxLogits = 64;

    LoadedDecoder(
        DecoderShape shape, DecoderWeights weights, TensorKernels kernels, Crew crew, PagePool pool, Decoder decoder, int contextLength, (int, int) threads,
        List<IDisposable> owned)
        => (Shape, Weights, Kernels, Crew, Pool, Decoder, ContextLength, Threads, _owned) = (shape, weights, kernels, crew, pool, decoder, contextLength, threads, owned);

    internal DecoderShape Shape { get; }

    internal DecoderWeights Weights { get; }

    internal TensorKernels Kernels { get; }

    internal Crew Crew { get; }

    internal PagePool Pool { get; }

    internal Decoder Decoder { get; }

    /// <summary>Positions of one sequence at most.</summary>
    internal int ContextLength { get; }

    internal (int Prefill, int Decode) Threads { get; }

    /// <summary>Bytes of all matrices.</summary>
    internal long WeightBytes => _owned.OfType<WeightMatrix>().Sum(m => m.ByteCount);

    /// <exception cref="EngineException">An option is out of range, the model is unsound, or memory does not suffice.</exception>
    internal static LoadedDecoder Load(
        GgufFile file, LoadOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken, params IReadOnlyList<Adapter> adapters)
    {
        var shape = DecoderShape.Read(file);
        var context = ContextFor(shape, options.ContextLength);
        var cache = CacheFor(context, options.CacheLength);
        var threads = (Prefill: ThreadsFor(options.PrefillThreads), Decode: ThreadsFor(options.DecodeThreads));
        var asFloat = options.Activations == ActivationType.Float;
        var changes = new Adapters(file, adapters);
        var plan = MemoryPlan.For(file, shape, context, cache, options.KvType, asFloat, options.MemoryBudget, changes);
        plan.ThrowIfTooLarge();

        var owned = new List<IDisposable>();
        try
        {
            var kernels = Choose(options.InstructionSet);
            var rows = RowsFor(shape, context);
            var crew = Own(new Crew(Math.Max(threads.Prefill, threads.Decode), Decoder.ScratchBytes(shape, rows), Decoder.Phases(shape)));
            var weights = DecoderWeights.Read(new TensorLoader(file, asFloat, changes, crew, owned, progress, cancellationToken), shape);
            var store = Own(new KvStore(CachedSequence.PagesFor(cache), shape.CacheLayers, shape.KvHeads, shape.HeadLength, options.KvType == KvType.F16));
            var states = shape.StateLength == 0 ? null : Own(new StatePool(StatesFor(cache), shape.StateLength));
            var decoder = Own(new Decoder(shape, weights, kernels, crew, store, (rows, MaxLogits), threads, changes, states));
            return new(shape, weights, kernels, crew, new(store, states), decoder, context, threads, owned);
        }
        catch (Exception e)
        {
            Free(owned);
            if (Explain(e) is { } explained)
                throw explained;
            throw;
        }

        T Own<T>(T part)
            where T : IDisposable
        {
            owned.Add(part);
            return part;
        }
    }

    /// <summary>Rows of a pass: encoders compute a whole text at once, since every token sees all others.</summary>
    internal static int RowsFor(DecoderShape shape, int context) => shape.Architecture.Causal ? MaxRows : Math.Max(MaxRows, context);

    /// <summary>Sequences whose states are kept at once, running ones and cached ones.</summary>
    internal static int StatesFor(int cache) => Math.Min(MaxStates, CachedSequence.PagesFor(cache));

    /// <summary>Positions of the whole cache for an option; 0 takes one context.</summary>
    static int CacheFor(int context, int wanted)
    {
        return wanted == 0 ? context
            : wanted >= context && wanted <= LoadOptions.MostCacheLength ? wanted
            : throw new EngineException(FailureCode.InvalidRequest, $"A cache of {wanted} positions was asked for.", $"{context}, one context, to {LoadOptions.MostCacheLength}; 0 for one context", "Choose a number in the range.");
    }

    /// <summary>Positions for an option; 0 takes the model's limit, 8,192 at most.</summary>
    internal static int ContextFor(DecoderShape shape, int wanted) => wanted switch
    {
        0 => Math.Min(shape.ContextLength, 8192),
        > 0 when wanted <= shape.ContextLength => wanted,
        _ => throw new EngineException(
            FailureCode.InvalidRequest, $"A context of {wanted} positions was asked for.", $"1 to {shape.ContextLength}, what the model was made for",
            $"Choose at most {shape.ContextLength}."),
    };

    public void Dispose() => Free(_owned);

    /// <summary>The last first: what is younger uses what is older.</summary>
    static void Free(List<IDisposable> owned)
    {
        for (var i = owned.Count - 1; i >= 0; i--)
            owned[i].Dispose();
        owned.Clear();
    }

    /// <summary>What of loading a caller can mend; null for everything else.</summary>
    static EngineException? Explain(Exception e) => e switch
    {
        InvalidDataException => new(FailureCode.InvalidModel, e.Message, "finite numbers", "Take another copy of the file.", e),
        NotSupportedException => new(FailureCode.UnsupportedModel, e.Message, "", "Choose another file of the model.", e),
        InsufficientMemoryException => new(FailureCode.OutOfMemory, e.Message, "", "Free memory, or choose a smaller context or model.", e),
        _ => null,
    };

    internal static int ThreadsFor(int wanted) => wanted switch
    {
        0 => Math.Clamp(Environment.ProcessorCount, 1, 256),
        > 0 and <= 256 => wanted,
        _ => throw new EngineException(FailureCode.InvalidRequest, $"{wanted} threads were asked for.", "1 to 256, or 0 for the machine's cores", "Choose a number in the range."),
    };

    internal static TensorKernels Choose(string? name)
    {
        try
        {
            return KernelPaths.Choose(name);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"The kernel path '{name}' cannot be used: {e.Message}", "a path that needs no generated code, such as vector512", "Choose another one, or leave the option out.", e);
        }
        catch (ArgumentException)
        {
            throw new EngineException(
                FailureCode.InvalidRequest, $"The kernel path '{name}' is not one of this machine.", string.Join(", ", KernelPaths.Available), "Choose one of these, or leave the option out.");
        }
    }
}
