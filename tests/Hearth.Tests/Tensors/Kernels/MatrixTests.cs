using Hearth.Tensors.Kernels;
using Hearth.Tensors.Quantization;

namespace Hearth.Tests.Tensors.Kernels;

[Collection("kernels")]
public sealed class MatrixTests
{
    public static TheoryData<string, TensorType> PathsAndTypes
    {
        get
        {
            var data = new TheoryData<string, TensorType>();
            foreach (var path in KernelPaths.Available)
            {
                foreach (var type in KernelRig.Types)
                    data.Add(path, type);
            }

            return data;
        }
    }

    public static TheoryData<TensorType> Types => [.. KernelRig.Types];

    [Theory, MemberData(nameof(PathsAndTypes))]
    public void Every_path_gives_the_bits_of_the_definition_for_any_number_of_rows(string path, TensorType type)
    {
        var (kernels, definition) = (KernelPaths.Choose(path), KernelPaths.Choose("scalar"));
        Assert.Equal(path, kernels.Name);
        foreach (var (groups, columns) in Sizes(type))
        {
            using var w = KernelRig.Matrix(type, KernelRig.RandomRows(type, groups * 16, columns, groups), groups * 16, columns);
            foreach (var rows in (int[])[1, 2, 3, 4, 5, 6, 7, 13])
            {
                using var x = KernelRig.RandomFloats(rows, columns, rows);
                var epilogue = groups % 2 == 0 ? new() { Gated = true, Function = Nonlinearity.Silu } : Epilogue.Add;
                var expected = KernelRig.Multiply(definition, w, x, 1, epilogue);
                KernelRig.SameBits(expected, KernelRig.Multiply(kernels, w, x, 1 + (rows % 3), epilogue), $"{groups * 16} × {columns}, {rows} rows");
            }
        }
    }

    [Theory, MemberData(nameof(PathsAndTypes))]
    public void A_row_does_not_depend_on_the_rows_beside_it(string path, TensorType type)
    {
        var kernels = KernelPaths.Choose(path);
        const int columns = 768;
        using var w = KernelRig.Matrix(type, KernelRig.RandomRows(type, 48, columns, 1), 48, columns);
        using var all = KernelRig.RandomFloats(17, columns, 2);
        var together = KernelRig.Multiply(kernels, w, all, 2, Epilogue.Store);
        for (var r = 0; r < all.Rows; r++)
        {
            using var one = new Hearth.Tensors.Memory.FloatRows(1, columns);
            all.Row(r).CopyTo(one.Row(0));
            KernelRig.SameBits(KernelRig.Multiply(kernels, w, one, 1, Epilogue.Store), together[(r * 48)..((r + 1) * 48)], $"row {r}");
        }
    }

    [Theory, MemberData(nameof(PathsAndTypes))]
    public void The_definition_is_near_the_sum_in_double_precision(string path, TensorType type)
    {
        var kernels = KernelPaths.Choose(path);
        const int rows = 3, outputs = 32, columns = 1536;
        using var w = KernelRig.Matrix(type, KernelRig.RandomRows(type, outputs, columns, 5), outputs, columns);
        using var x = KernelRig.RandomFloats(rows, columns, 6);
        var actual = KernelRig.Multiply(kernels, w, x, 1, Epilogue.Store);
        double error = 0, size = 0;
        var weights = new float[columns];
        for (var o = 0; o < outputs; o++)
        {
            w.DecodeRow(o, weights);
            for (var r = 0; r < rows; r++)
            {
                var expected = 0.0;
                for (var k = 0; k < columns; k++)
                    expected += (double)weights[k] * x.Row(r)[k];
                error += Math.Pow(actual[(r * outputs) + o] - expected, 2);
                size += expected * expected;
            }
        }

        Assert.InRange(Math.Sqrt(error / size), 0, w.TakesFloat ? 1e-6 : 0.03);
    }

    [Theory, MemberData(nameof(Types))]
    public void Repacked_rows_decode_to_what_the_file_says(TensorType type)
    {
        const int rows = 21, columns = 768;
        var data = KernelRig.RandomRows(type, rows, columns, 3);
        var expected = new float[rows * columns];
        WeightMatrix.Decode(type, data, expected);
        foreach (var asFloat in (bool[])[false, true])
        {
            using var w = KernelRig.Matrix(type, data, rows, columns, asFloat);
            var actual = new float[columns];
            for (var r = 0; r < rows; r++)
            {
                w.DecodeRow(r, actual);
                KernelRig.SameBits(expected[(r * columns)..((r + 1) * columns)], actual, $"row {r}, float {asFloat}");
            }
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void A_row_that_is_not_whole_blocks_is_refused_with_both_numbers(TensorType type)
    {
        Assert.True(TensorTypes.TryGetBlock(type, out var block));
        if (block.Elements == 1)
            return;
        var refused = Assert.Throws<ArgumentException>(() => new WeightMatrix(type, 1, 3 * block.Elements / 2, false));
        Assert.Contains($"{3 * block.Elements / 2} numbers", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{type}, which hold {block.Elements}", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Types))]
    public void A_matrix_takes_the_bytes_that_were_said(TensorType type)
    {
        foreach (var (groups, columns) in Sizes(type))
        {
            using var w = new WeightMatrix(type, groups, columns, false);
            Assert.Equal(w.ByteCount, WeightMatrix.BytesFor(type, groups, columns, false));
        }
    }

    /// <summary>Groups of rows and row lengths: whole blocks, beyond a chunk of k (1,024), an odd number of groups, more groups than one decode call takes.</summary>
    static (int Groups, int Columns)[] Sizes(TensorType type)
    {
        Assert.True(TensorTypes.TryGetBlock(type, out var block));
        return block.Elements == 256
            ? [(1, 256), (2, 768), (5, 1536), (66, 256), (2, 8192)]
            : [(1, 32), (2, 96), (3, 576), (5, 1536), (66, 64), (2, 8192)];
    }
}
