using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels;

/// <summary>Unpacks packed weights into the panel that the prefill kernels read: one unpacker for each code layout, one for each scale layout.</summary>
/// <remarks>
/// A block of a panel of G groups: 8 × G × 64 bytes of codes (vector j: k 4j to 4j + 3 of 16 rows), G × 16 scales, then G × 16 minima where the
/// layout has some. Vector512 stands for two or four narrower vectors where the machine has only those.
/// </remarks>
static unsafe class WeightPanel
{
    /// <summary>Groups of a prefill panel.</summary>
    internal const int Groups = 2;

    internal static int BlockBytes(WeightFormat format, int groups) => groups * (512 + (format.ScaleBytes / 32 * 64));

    /// <param name="w">The matrix.</param>
    /// <param name="group">First group.</param>
    /// <param name="groups">Groups of the panel; those past the matrix become zero.</param>
    /// <param name="block">First block along k.</param>
    /// <param name="blocks">Blocks.</param>
    /// <param name="signed">True: codes less their offset, as signed bytes. False: codes as they are, unsigned.</param>
    /// <param name="panel">Takes blocks × <see cref="BlockBytes"/> bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Unpack(WeightMatrix w, int group, int groups, int block, int blocks, bool signed, byte* panel)
    {
        var format = w.Format;
        var step = BlockBytes(format, groups);
        var offset = signed && format.OffsetShift < 8 ? (byte)(1 << format.OffsetShift) : (byte)0;
        for (var g = 0; g < groups; g++)
        {
            if (group + g >= w.Groups)
            {
                Clear(panel, step, groups, g, blocks, format);
                continue;
            }

            var unit = w.Start + ((group + g) * w.Stride) + ((long)block * format.UnitBytes);
            var target = panel + (64 * g);
            if (format.Codes == CodeLayout.N4)
                UnpackN4(unit, format.UnitBytes, blocks, offset, target, step, groups);
            else
                UnpackB8(unit, format.UnitBytes, blocks, offset, target, step, groups);
            for (var s = 0; s < format.ScaleBytes / 32; s++)
                UnpackHalf(unit + format.CodeBytes + (32 * s), format.UnitBytes, blocks, target + (512 * groups) + (64 * groups * s), step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void UnpackN4(byte* codes, int unit, int blocks, byte offset, byte* target, int step, int groups)
    {
        var mask = Vector512.Create((byte)15);
        var zero = Vector512.Create(offset);
        for (var b = 0; b < blocks; b++, codes += unit, target += step)
        {
            for (var j = 0; j < 4; j++)
            {
                var v = Vector512.Load(codes + (64 * j));
                ((v & mask) - zero).Store(target + (64 * groups * j));
                (((v.AsUInt16() >> 4).AsByte() & mask) - zero).Store(target + (64 * groups * (j + 4)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void UnpackB8(byte* codes, int unit, int blocks, byte offset, byte* target, int step, int groups)
    {
        var zero = Vector512.Create(offset);
        for (var b = 0; b < blocks; b++, codes += unit, target += step)
        {
            for (var j = 0; j < 8; j++)
                (Vector512.Load(codes + (64 * j)) - zero).Store(target + (64 * groups * j));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void UnpackHalf(byte* scales, int unit, int blocks, byte* target, int step)
    {
        for (var b = 0; b < blocks; b++, scales += unit, target += step)
        {
            var (low, high) = Vector256.Widen(Vector256.Load((ushort*)scales));
            HalfPrecision.ToSingle(Vector512.Create(low, high)).Store((float*)target);
        }
    }

    static void Clear(byte* panel, int step, int groups, int g, int blocks, WeightFormat format)
    {
        for (var b = 0; b < blocks; b++, panel += step)
        {
            for (var vector = 0; vector < 8 + (format.ScaleBytes / 32); vector++)
                Vector512<byte>.Zero.Store(panel + (64 * ((vector * groups) + g)));
        }
    }
}
