using System.Runtime.InteropServices;
using Hearth.Tensors.Kernels;
using Hearth.Tensors.Memory;
using Hearth.Tensors.Quantization;
using Hearth.Tensors.Threading;
using TensorKernels = Hearth.Tensors.Kernels.Kernels;

namespace Hearth.Tests.Tensors.Kernels;

/// <summary>Random matrices and rows, run through a kernel path.</summary>
static class KernelRig
{
    internal static readonly TensorType[] Types = [.. WeightFormat.Types];

    /// <summary>Where the half-precision scale, and then what is added or subtracted, stand in a block.</summary>
    static readonly Dictionary<TensorType, int[]> Halves = new()
    {
        [TensorType.F16] = [0], [TensorType.Q4_0] = [0], [TensorType.Q4_1] = [0, 2], [TensorType.Q5_0] = [0], [TensorType.Q5_1] = [0, 2], [TensorType.Q8_0] = [0],
        [TensorType.Q2_K] = [80, 82], [TensorType.Q3_K] = [108], [TensorType.Q4_K] = [0, 2], [TensorType.Q5_K] = [0, 2], [TensorType.Q6_K] = [208],
        [TensorType.IQ4_NL] = [0], [TensorType.IQ4_XS] = [0],
    };

    /// <summary>Plausible blocks of a type: random codes, scales near 0.01; where they are multiplied by second ones, near 0.0001.</summary>
    internal static byte[] RandomRows(TensorType type, int rows, int columns, int seed)
    {
        var random = new Random(seed);
        Assert.True(TensorTypes.TryGetBlock(type, out var block));
        var data = new byte[rows * (columns / block.Elements) * block.Bytes];
        random.NextBytes(data);
        for (var at = 0; at < data.Length; at += block.Bytes)
        {
            var number = (random.NextSingle() - 0.5f) * 0.05f;
            switch (type)
            {
                case TensorType.F32:
                    BitConverter.TryWriteBytes(data.AsSpan(at), number);
                    break;
                case TensorType.BF16:
                    BitConverter.TryWriteBytes(data.AsSpan(at), (ushort)(BitConverter.SingleToUInt32Bits(number) >> 16));
                    break;
                case TensorType.MXFP4:
                    data[at] = (byte)(random.Next(20) == 0 ? random.Next(3) : random.Next(118, 123));
                    break;
                default:
                    foreach (var half in Halves[type])
                        BitConverter.TryWriteBytes(data.AsSpan(at + half), (Half)((random.NextSingle() - 0.5f) * (block.Elements == 256 ? 0.001f : 0.05f)));
                    break;
            }
        }

        return data;
    }

    internal static WeightMatrix Matrix(TensorType type, byte[] data, int rows, int columns, bool asFloat = false)
    {
        var matrix = new WeightMatrix(type, (rows + 15) / 16, columns, asFloat);
        var rowBytes = data.Length / rows;
        for (var g = 0; g < matrix.Groups; g++)
            matrix.PackGroup(g, data.AsSpan(g * 16 * rowBytes, Math.Min(16, rows - (g * 16)) * rowBytes));
        return matrix;
    }

    internal static FloatRows RandomFloats(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var result = new FloatRows(rows, columns);
        for (var r = 0; r < rows; r++)
        {
            foreach (ref var x in result.Row(r))
                x = (random.NextSingle() - 0.5f) * (random.Next(50) == 0 ? 40f : 2f);
        }

        return result;
    }

    /// <summary>y = epilogue(W · x) for all rows of x, with so many threads.</summary>
    internal static float[] Multiply(TensorKernels kernels, WeightMatrix w, FloatRows x, int threads, Epilogue epilogue, Norm? norm = null)
    {
        using var crew = new Crew(threads, TensorKernels.ScratchBytes(x.Rows, w.Columns));
        using var activations = new Activations(x.Rows, w.Columns, threads);
        using var y = RandomFloats(x.Rows, w.Groups * 16 / (epilogue.Gated ? 2 : 1), 99);
        crew.Run(threads, m =>
        {
            kernels.Prepare(m, x, [], x.Rows, norm, activations, w.TakesFloat ? ActivationForms.Plain : ActivationForms.Quantized);
            kernels.Multiply(m, w, activations, x.Rows, y, epilogue);
        });
        return Flatten(y);
    }

    internal static float[] Flatten(FloatRows rows)
    {
        var all = new float[rows.Rows * rows.Width];
        for (var r = 0; r < rows.Rows; r++)
            rows.Row(r).CopyTo(all.AsSpan(r * rows.Width));
        return all;
    }

    internal static void SameBits(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var a = MemoryMarshal.Cast<float, int>(expected);
        var b = MemoryMarshal.Cast<float, int>(actual);
        var at = a.CommonPrefixLength(b);
        Assert.True(at == a.Length, $"{what}: number {at} of {a.Length} is {(at < b.Length ? actual[at] : 0):R}, the definition gives {(at < a.Length ? expected[at] : 0):R}");
    }
}
