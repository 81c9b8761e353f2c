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

    [Theory, MemberData(nameof(PathsAndTypes))]
    public void Every_path_gives_the_bits_of_the_definition_for_any_number_of_rows(string path, TensorType type)
    {
        var (kernels, definition) = (KernelPaths.Choose(path), KernelPaths.Choose("scalar"));
        Assert.Equal(path, kernels.Name);
        foreach (var (groups, columns) in ((int, int)[])[(1, 32), (2, 96), (3, 576), (5, 1536), (66, 64)])
        {
            using var w = KernelRig.Matrix(type, KernelRig.RandomRows(type, groups * 16, columns, groups), groups * 16, columns);
            foreach (var rows in (int[])[1, 2, 3, 4, 5, 6, 7, 13])
            {
                using var x = KernelRig.RandomFloats(rows, columns, rows);
                var epilogue = groups % 2 == 0 ? Epilogue.GatedSilu : Epilogue.Add;
                var expected = KernelRig.Multiply(definition, w, x, 1, epilogue);
                KernelRig.SameBits(expected, KernelRig.Multiply(kernels, w, x, 1 + (rows % 3), epilogue), $"{groups * 16} × {columns}, {rows} rows");
            }
        }
    }

    [Theory, MemberData(nameof(PathsAndTypes))]
    public void A_row_does_not_depend_on_the_rows_beside_it(string path, TensorType type)
    {
        var kernels = KernelPaths.Choose(path);
        using var w = KernelRig.Matrix(type, KernelRig.RandomRows(type, 48, 576, 1), 48, 576);
        using var all = KernelRig.RandomFloats(17, 576, 2);
        var together = KernelRig.Multiply(kernels, w, all, 2, Epilogue.Store);
        for (var r = 0; r < all.Rows; r++)
        {
            using var one = new Hearth.Tensors.Memory.FloatRows(1, 576);
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

    [Fact]
    public void Repacked_rows_decode_to_what_the_file_says()
    {
        foreach (var type in KernelRig.Types)
        {
            var data = KernelRig.RandomRows(type, 21, 96, 3);
            foreach (var asFloat in (bool[])[false, true])
            {
                using var w = KernelRig.Matrix(type, data, 21, 96, asFloat);
                float[] actual = new float[96], expected = new float[96];
                var format = WeightFormat.Find(type)!;
                for (var r = 0; r < 21; r++)
                {
                    w.DecodeRow(r, actual);
                    for (var b = 0; b < 96 / format.Block.Elements; b++)
                        format.Decode(data.AsSpan(((r * 96 / format.Block.Elements) + b) * format.Block.Bytes, format.Block.Bytes), expected.AsSpan(b * format.Block.Elements));
                    KernelRig.SameBits(expected, actual, $"{type} row {r}");
                }
            }
        }
    }
}
