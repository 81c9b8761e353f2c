using System.Runtime.CompilerServices;
using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels;

/// <summary>Rows × columns of float32 by one fma chain in ascending k a number (numeric profile, rule 6), for any number of 16-column vectors.</summary>
static unsafe class FloatTile<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Computes the tile; the right side is stored as F32, F16 or BF16.</summary>
    internal static void Compute(in TileArguments a, int rows, int vectors, CodeLayout right)
    {
        for (var r = 0; r < rows; r++)
        {
            var left = (float*)((byte*)a.Left + (r * a.LeftStride));
            var output = (float*)((byte*)a.Output + (r * a.OutputStride));
            var v = 0;
            for (; v + 4 <= vectors; v += 4)
                Four(a, left, output, v, right);
            for (; v < vectors; v++)
                One(a, left, output, v, right);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Four(in TileArguments a, float* left, float* output, int vector, CodeLayout layout)
    {
        var c = output + (16 * vector);
        TLanes s0, s1, s2, s3;
        if (a.Accumulate != 0)
            (s0, s1, s2, s3) = (TLanes.Load(c), TLanes.Load(c + 16), TLanes.Load(c + 32), TLanes.Load(c + 48));
        else
            s0 = s1 = s2 = s3 = TLanes.Create(0f);
        var size = layout == CodeLayout.F32 ? 4 : 2;
        var right = a.Right + (16 * vector * size);
        for (var k = 0L; k < a.K; k++, right += a.RightStride)
        {
            var x = TLanes.Create(left[k]);
            s0 = TLanes.Fma(Load(right, 0, layout), x, s0);
            s1 = TLanes.Fma(Load(right, 16, layout), x, s1);
            s2 = TLanes.Fma(Load(right, 32, layout), x, s2);
            s3 = TLanes.Fma(Load(right, 48, layout), x, s3);
        }

        s0.Store(c);
        s1.Store(c + 16);
        s2.Store(c + 32);
        s3.Store(c + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void One(in TileArguments a, float* left, float* output, int vector, CodeLayout layout)
    {
        var c = output + (16 * vector);
        var sum = a.Accumulate != 0 ? TLanes.Load(c) : TLanes.Create(0f);
        var right = a.Right;
        for (var k = 0L; k < a.K; k++, right += a.RightStride)
            sum = TLanes.Fma(Load(right, 16 * vector, layout), TLanes.Create(left[k]), sum);
        sum.Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes Load(byte* row, int column, CodeLayout layout) => layout switch
    {
        CodeLayout.F32 => TLanes.Load((float*)row + column),
        CodeLayout.F16 => TLanes.LoadHalf((ushort*)row + column),
        _ => TLanes.LoadBrain((ushort*)row + column),
    };
}
