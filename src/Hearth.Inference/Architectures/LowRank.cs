using System.Runtime.InteropServices;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;

namespace Hearth.Inference.Architectures;

/// <summary>
/// What all active adapters add to a matrix that the engine holds: B (A x), computed beside W x and added before the epilogue. The pairs of all adapters
/// and of all parts of the matrix stand in one A, one below the other, and in one B, side by side; factors are in B. Single precision.
/// </summary>
/// <param name="A">Rank × columns.</param>
/// <param name="B">Rows of the matrix × rank.</param>
sealed record LowRank(WeightMatrix A, WeightMatrix B)
{
    const int GroupRows = WeightMatrix.GroupRows;

    /// <summary>Bytes that it takes.</summary>
    internal static long BytesFor(int rank, int columns, int groups)
        => WeightMatrix.BytesFor(TensorType.F32, rank / GroupRows, columns, true) + WeightMatrix.BytesFor(TensorType.F32, groups, rank, true);

    /// <summary>Null where no adapter changes any of the parts. The matrices belong to <paramref name="owned"/>.</summary>
    internal static LowRank? Load(Adapters adapters, int columns, TensorRows[] parts, List<IDisposable> owned)
    {
        if (parts.All(part => adapters.For(part.Name).Count == 0))
            return null;
        var rank = adapters.Rank;
        var groups = TensorChecks.Groups(parts[0]);
        float[] a = new float[rank * columns], b = new float[groups * parts.Length * GroupRows * rank];
        var at = 0;
        for (var p = 0; p < parts.Length; p++)
        {
            foreach (var pair in adapters.For(parts[p].Name))
            {
                // Which expert's rows a part of the tensor is.
                var expert = parts[p].First / (parts[p].Of / (pair.A.Rows / pair.Rank));
                pair.RowsOfA(expert * pair.Rank, pair.Rank).CopyTo(a.AsSpan(at * columns));
                for (var i = 0; i < parts[p].Rows; i++)
                {
                    var row = (((i / GroupRows * parts.Length) + p) * GroupRows) + (i % GroupRows);
                    pair.ScaledB(parts[p].Row(i), 1).CopyTo(b.AsSpan((row * rank) + at));
                }

                at += pair.Rank;
            }
        }

        return new(Pack(a, columns, owned), Pack(b, rank, owned));
    }

    static WeightMatrix Pack(float[] numbers, int columns, List<IDisposable> owned)
    {
        var groups = numbers.Length / columns / GroupRows;
        var matrix = new WeightMatrix(TensorType.F32, groups, columns, asFloat: true);
        owned.Add(matrix);
        for (var g = 0; g < groups; g++)
            matrix.PackGroup(g, MemoryMarshal.AsBytes(numbers.AsSpan(g * GroupRows * columns, GroupRows * columns)));
        return matrix;
    }
}

/// <summary>What adapters add to embeddings: for a token, B times its row of A. Single precision, ascending by rank.</summary>
sealed class EmbeddingAdapter(Adapters adapters)
{
    readonly (float[] A, float[] B, int Rank)[] _pairs = [.. adapters.ForEmbedding.Select(p => (p.RowsOfA(0, (int)p.A.Rows), p.ScaledB(0, (int)p.B.Rows), p.Rank))];

    /// <summary>Adds <paramref name="scale"/> times the change to a token's embedding.</summary>
    internal void Add(int token, float scale, FloatRows x, int row)
    {
        var numbers = x.Row(row);
        foreach (var (a, b, rank) in _pairs)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                var sum = 0f;
                for (var k = 0; k < rank; k++)
                    sum = MathF.FusedMultiplyAdd(b[(i * rank) + k], a[(token * rank) + k], sum);
                numbers[i] = MathF.FusedMultiplyAdd(sum, scale, numbers[i]);
            }
        }
    }
}
