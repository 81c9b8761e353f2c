using System.Runtime.InteropServices;

namespace Hearth.Benchmarks.Models;

/// <summary>One tensor of a random model: a matrix of half-precision weights, or a vector of ones.</summary>
/// <param name="Name">As GGUF names it.</param>
/// <param name="Width">Elements of a row.</param>
/// <param name="Rows">Rows; 0 for a vector of 32-bit floats.</param>
readonly record struct RandomTensor(string Name, long Width, long Rows = 0)
{
    const double StandardDeviation = 0.02;
    const int ChunkBytes = 1 << 20;

    /// <summary>A weight is drawn from this sample of the normal distribution by sixteen random bits.</summary>
    static readonly Half[] Sample = DrawSample();

    internal bool IsVector => Rows == 0;

    internal long Bytes => IsVector ? Width * sizeof(float) : Width * Rows * 2;

    /// <summary>Writes the data, padded to the alignment: the same bytes for the same seed on every machine.</summary>
    internal void WriteTo(Stream output, ulong seed)
    {
        var chunk = new byte[ChunkBytes];
        if (IsVector)
            MemoryMarshal.Cast<byte, float>(chunk.AsSpan()).Fill(1);
        for (var done = 0L; done < Bytes; done += ChunkBytes)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, Bytes - done));
            if (!IsVector)
                Fill(MemoryMarshal.Cast<byte, Half>(part), ref seed);
            output.Write(part);
        }

        output.Write(new byte[GgufWriter.AlignUp(Bytes) - Bytes]);
    }

    static void Fill(Span<Half> weights, ref ulong state)
    {
        var sample = Sample;
        var bits = 0UL;
        for (var i = 0; i < weights.Length; i++, bits >>= 16)
        {
            if (i % 4 == 0)
                bits = Next(ref state);
            weights[i] = sample[(int)(bits & 0xFFFF)];
        }
    }

    static Half[] DrawSample()
    {
        var state = 1UL;
        return [.. Enumerable.Range(0, 1 << 16).Select(_ =>
        {
            // Box and Muller's transform; 1 − u keeps the logarithm finite.
            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(ref state)));
            return (Half)(StandardDeviation * radius * Math.Cos(2 * Math.PI * Uniform(ref state)));
        })];
    }

    static double Uniform(ref ulong state) => (Next(ref state) >> 11) * (1.0 / (1L << 53));

    // SplitMix64 (Steele, Lea, Flood 2014).
    static ulong Next(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
