using System.Security.Cryptography;
using Hearth.Benchmarks.Models;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Models;

public sealed class RandomModelTests
{
    [Fact]
    public void The_same_shape_gives_the_same_bytes()
        => Assert.Equal(SHA256.HashData(Written()), SHA256.HashData(Written()));

    [Fact]
    public void Weights_have_the_mean_and_the_deviation_that_they_should()
    {
        using var output = new MemoryStream();
        new RandomTensor("w", 512, 256).WriteTo(output, seed: 1);
        var weights = output.ToArray().Chunk(2).Select(b => (double)BitConverter.ToHalf(b)).ToArray();
        Assert.Equal(512 * 256, weights.Length);
        Assert.InRange(weights.Average(), -2e-4, 2e-4);
        Assert.InRange(Math.Sqrt(weights.Average(w => w * w)), 0.0198, 0.0202);
    }

    [Fact]
    public void Data_starts_at_the_alignment_and_fills_the_file_to_its_end()
    {
        const long elements = 300 * 64 + 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 64 * 96);
        const long norms = 5 * 64;
        var length = Written().Length;
        Assert.Equal(0, length % GgufWriter.Alignment);
        Assert.InRange(length - 2 * elements - 4 * norms, 4_000, 20_000); // the header: 300 names and 20 tensors
    }

    static byte[] Written()
    {
        var path = Path.GetTempFileName();
        try
        {
            TinyModel.Shape.Write(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
