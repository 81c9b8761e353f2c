using Hearth.Formats.Gguf;
using Hearth.Tensors.Quantization;
using Hearth.Tests.Support;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>A file of n bytes makes the reader allocate at most 1 MiB + 8·n, and a large one is not read through.</summary>
public sealed class GgufMemoryTests
{
    [Fact]
    public void The_densest_metadata_stays_within_the_limit()
    {
        var builder = new GgufBuilder();
        for (var i = 0; i < 200_000; i++)
            builder.Entry($"{i:x}", (byte)1);
        StaysWithin(builder.Build());
    }

    [Fact]
    public void The_densest_tensors_stay_within_the_limit()
    {
        var builder = new GgufBuilder().Alignment(1);
        for (var i = 0; i < 100_000; i++)
            builder.Tensor($"{i:x}", TensorType.I8, i % 2 == 0 ? [] : [1], new byte[1]);
        StaysWithin(builder.Build());
    }

    [Fact]
    public void Counts_at_the_edge_of_belief_stay_within_the_limit()
    {
        var rest = new byte[2_000_000];
        StaysWithin([.. new GgufBuilder().Claim(entries: (ulong)rest.Length / 14).Build(), .. rest]);
        StaysWithin([.. new GgufBuilder().Claim(tensors: (ulong)rest.Length / 25).Build(), .. rest]);
    }

    [Fact]
    public void A_vocabulary_costs_four_bytes_an_entry()
    {
        const int Count = 262_144;
        using var file = new GgufBuilder().Entry("tokenizer.ggml.tokens", Enumerable.Range(0, Count).Select(i => $"{i}").ToArray()).Open();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tokens = file.Metadata.GetStrings("tokenizer.ggml.tokens");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 4 * Count, 4 * Count + 50_000);
        Assert.Equal("262143", tokens.GetString(Count - 1));
    }

    [Fact]
    public void A_file_of_five_gigabytes_opens_at_once()
    {
        const long Row = 1L << 20, Rows = 1_250;
        var head = new GgufBuilder().Tensor("big", [Row, Rows]).Build();
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var handle = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(handle, head, 0);
        // Behind the head there is nothing but a hole.
        RandomAccess.SetLength(handle, head.Length + 4 * Row * Rows);
        using var file = GgufFile.Open(handle);
        Assert.Equal(4 * Row * Rows, file.Tensors[0].Bytes);
        Assert.Equal(0, file.Tensors[^1].File.Slice(file.FileBytes - 1, 1)[0]);
    }

    static void StaysWithin(byte[] bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var handle = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(handle, bytes, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var file = GgufFile.Open(handle);
        }
        catch (InvalidDataException)
        {
            // Refusing may cost no more than reading.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (1 << 20) + 8L * bytes.Length);
    }
}
