using System.Runtime.InteropServices;
using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>Numeric profile 1 in every architecture: the same bits on every path, in every company, in any chunks, with any number of threads.</summary>
[Collection("kernels")]
public sealed class ArchitectureProfileTests
{
    /// <summary>Beyond a page and beyond all windows.</summary>
    const int Length = 100;

    public static TheoryData<string> Folders => OriginalModelTests.Folders;

    [Theory, MemberData(nameof(Folders))]
    public void Quantized_models_give_the_bits_of_the_definition(string folder)
    {
        var path = Path.Combine(Repository.Shared("data", "architectures", folder), "model.gguf");
        var expected = Bits(path, "scalar", threads: 1, (Length, 0));
        foreach (var isa in KernelPaths.Available)
            Assert.True(expected.AsSpan().SequenceEqual(Bits(path, isa, threads: 2, (64, 1))), isa);
        Assert.True(expected.AsSpan().SequenceEqual(Bits(path, null, threads: 1, (1, 0), (5, 3))), "chunks of 1 and 5, one thread");
        Assert.True(expected.AsSpan().SequenceEqual(Bits(path, null, threads: 3, (1, 2), (64, 12), (3, 0))), "chunks of 1, 64 and 3, up to 12 mates, three threads");
    }

    /// <summary>The results of all positions in one way of going through them; all ways that are asked for must agree.</summary>
    static int[] Bits(string path, string? isa, int threads, params (int Chunk, int Mates)[] ways)
    {
        using var file = QuantizedCopy.Of(path);
        var options = new LoadOptions { InstructionSet = isa, PrefillThreads = threads, DecodeThreads = threads };
        using var model = LoadedDecoder.Load(file, options, null, CancellationToken.None);
        int[]? first = null;
        foreach (var (chunk, mates) in ways)
        {
            var bits = Bits(model, chunk, mates);
            Assert.True(first is null || first.AsSpan().SequenceEqual(bits), $"chunk {chunk}, {mates} mates");
            first ??= bits;
        }

        return first!;
    }

    static int[] Bits(LoadedDecoder model, int chunk, int mates)
    {
        var causal = model.Shape.HasLogits;
        var sequence = new CachedSequence(model.Pool, Length);
        // What encoders hold is small: fewer mates fit beside a text.
        var others = Enumerable.Range(0, causal ? mates : Math.Min(mates, model.Pool.Store.Pages - 2)).Select(_ => new CachedSequence(model.Pool, Length)).ToList();
        var batch = new Batch(model.Decoder.Limits.Rows, causal ? LoadedDecoder.MaxLogits : Length, causal ? PassResult.Logits : PassResult.Vectors);
        var bits = new List<int>();
        for (int at = 0, step; at < Length; at += step)
        {
            step = causal ? Math.Min(Math.Min(chunk, LoadedDecoder.MaxLogits), Length - at) : Length;
            batch.Clear();
            foreach (var (other, m) in others.Select((o, m) => (o, m)))
            {
                if (!causal)
                    other.Truncate(0);
                if (other.Length + 1 < other.Capacity)
                {
                    other.Append([((at * 7) + m) % model.Shape.Vocabulary]);
                    batch.Add(other, 1, LogitsWanted.None);
                }
            }

            sequence.Append([.. Enumerable.Range(at, step).Select(i => ((i * 79) + 13) % model.Shape.Vocabulary)]);
            batch.Add(sequence, step, LogitsWanted.All);
            model.Decoder.Forward(batch);
            for (var i = 0; i < step; i++)
                bits.AddRange(MemoryMarshal.Cast<float, int>((causal ? model.Decoder.Logits : model.Decoder.Vectors).Row(i)));
        }

        others.Append(sequence).ToList().ForEach(s => s.Truncate(0));
        return [.. bits];
    }
}
