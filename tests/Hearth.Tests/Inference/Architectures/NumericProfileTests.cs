using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hearth.Inference.Architectures;
using Hearth.Inference.KvCache;
using Hearth.Tensors.Kernels;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Architectures;

/// <summary>Numeric profile 1: the same model and tokens give the same bits on every path, in every company, with any number of threads.</summary>
[Collection("kernels")]
public sealed class NumericProfileTests
{
    /// <summary>Long enough to cross pages (64) for all paths; the fast one goes on beyond a span (1,024).</summary>
    const int Short = 150, Long = 1090;

    public static TheoryData<string> Paths => [.. KernelPaths.Available];

    [Theory, MemberData(nameof(Paths))]
    public void All_logits_have_the_digest_on_file_on_every_path(string path)
    {
        using var model = ShippedModel.Load(new() { ContextLength = 1024, InstructionSet = path });
        Assert.Equal(path, model.Kernels.Name);
        // The scalar definition takes seconds for a few tokens: it shows its digest on fewer.
        var length = path is "scalar" ? 20 : Short;
        Golden.Matches(Digest(model, Tokens(length), 512, 0) + "\n", $"logits-{length}.sha256");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(5, 3)]
    [InlineData(64, 17)]
    [InlineData(512, 0)]
    [InlineData(512, 5)]
    public void Chunks_and_batch_mates_change_nothing(int chunk, int mates)
    {
        using var model = ShippedModel.Load(new() { ContextLength = 8192 });
        Golden.Matches(Digest(model, Tokens(Short), chunk, mates) + "\n", $"logits-{Short}.sha256");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_number_of_threads_changes_nothing_also_beyond_a_span(int threads)
    {
        using var model = ShippedModel.Load(new() { ContextLength = 2048, PrefillThreads = threads, DecodeThreads = threads });
        Golden.Matches(Digest(model, Tokens(Long), 512, 0) + "\n", $"logits-{Long}.sha256");
    }

    [Fact]
    public void Decoding_token_by_token_gives_the_bits_of_prefill_beyond_a_span()
    {
        using var model = ShippedModel.Load(new() { ContextLength = 2048 });
        Golden.Matches(Digest(model, Tokens(Long), 1, 0) + "\n", $"logits-{Long}.sha256");
    }

    /// <summary>SHA-256 over the logits of all positions.</summary>
    internal static string Digest(LoadedDecoder model, int[] tokens, int chunk, int mates)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sequence = new CachedSequence(model.Pool, model.ContextLength);
        var others = Enumerable.Range(0, mates).Select(_ => new CachedSequence(model.Pool, 400)).ToList();
        var batch = new Batch(LoadedDecoder.MaxRows, LoadedDecoder.MaxLogits);
        for (int at = 0, step; at < tokens.Length; at += step)
        {
            // Logits of every position are wanted, and a pass gives 64 of them: what does not fit is asked for in a pass of its own.
            step = Math.Min(Math.Min(chunk, LoadedDecoder.MaxLogits), tokens.Length - at);
            batch.Clear();
            for (var m = 0; m < mates; m++)
            {
                others[m].Append([(at * 7) + m, m + 1]);
                batch.Add(others[m], 2, LogitsWanted.None);
            }

            sequence.Append(tokens.AsSpan(at, step));
            batch.Add(sequence, step, LogitsWanted.All);
            model.Decoder.Forward(batch);
            for (var i = 0; i < step; i++)
                sha.AppendData(MemoryMarshal.AsBytes(model.Decoder.Logits.Row(i)));
        }

        sequence.Truncate(0);
        others.ForEach(o => o.Truncate(0));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    internal static int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => (int)((((long)i * 7919) + 13) % 49000))];
}
