using Hearth.Formats.Gguf;
using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Fuzz.Targets;

/// <summary>
/// Loads the input as a model and computes three tokens with it: the length of an adapter in two bytes, the adapter, the model. Both are beginnings of
/// files, with weights that are small numbers in every type behind them.
/// </summary>
static class ModelTarget
{
    static readonly byte[] Weights = [.. Enumerable.Repeat((byte)0x3C, 48 << 10)];

    static readonly LoadOptions Options = new() { PrefillThreads = 1, DecodeThreads = 1, MemoryBudget = 4 << 20 };

    internal static void Run(ReadOnlySpan<byte> input) => Refusal(input);

    /// <summary>Why the input was refused in the documented manner; null where it is a model.</summary>
    internal static string? Refusal(ReadOnlySpan<byte> input)
    {
        var adapter = ScratchFile.TakePiece(ref input);
        using var changes = adapter.IsEmpty ? null : Open(ScratchFile.Holding(adapter, "adapter", Weights));
        using var file = Open(ScratchFile.Holding(input, "model", Weights));
        if (file is null)
            return "no GGUF file";
        try
        {
            Adapter[] adapters = changes is null ? [] : [new("a", changes, 0.5f)];
            using var model = LoadedDecoder.Load(file, Options, null, CancellationToken.None, adapters);
            Compute(model);
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or NotFiniteException or EngineException { Code: FailureCode.InvalidModel or FailureCode.UnsupportedModel or FailureCode.OutOfMemory })
        {
            return e.Message;
        }
    }

    static GgufFile? Open(SafeFileHandle handle)
    {
        try
        {
            return GgufFile.Open(handle);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Two tokens in a pass and one more, or all at once where they see each other.</summary>
    static void Compute(LoadedDecoder model)
    {
        var shape = model.Shape;
        var tokens = new[] { 0, shape.Vocabulary - 1, 0 }.AsSpan(0, Math.Min(3, model.ContextLength));
        var result = shape.Labels > 0 ? PassResult.Labels : shape.HasLogits ? PassResult.Logits : PassResult.Vectors;
        var batch = new Batch(tokens.Length, tokens.Length, result);
        var sequence = new CachedSequence(model.Pool, tokens.Length, tokens.Length > shape.LongFrom);
        var step = shape.Architecture.Causal ? Math.Min(2, tokens.Length) : tokens.Length;
        for (var at = 0; at < tokens.Length; at += step)
        {
            var part = tokens[at..Math.Min(at + step, tokens.Length)];
            sequence.Append(part);
            batch.Clear();
            batch.Add(sequence, part.Length, LogitsWanted.All);
            model.Decoder.Forward(batch);
        }

        sequence.Truncate(0);
    }
}
