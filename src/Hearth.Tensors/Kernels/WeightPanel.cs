using System.Runtime.Intrinsics;
using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels;

/// <summary>Unpacks packed weights into the panel that the prefill kernels read.</summary>
/// <remarks>
/// A block of a panel of G groups: 8 × G × 64 bytes of codes (vector j: k 4j to 4j + 3 of 16 rows), then for every term (one per 32 k, or one per 16)
/// G × 16 scales, then likewise minima where the layout has some. Vector512 stands for two or four narrower vectors where the machine has only those.
/// </remarks>
static unsafe class WeightPanel
{
    /// <summary>Groups of a prefill panel.</summary>
    internal const int Groups = 2;

    /// <summary>Bytes of a group's vector.</summary>
    internal const int Vector = 64;

    /// <summary>Bytes of the codes of a group in a block.</summary>
    internal const int CodeBytes = 8 * Vector;

    /// <summary>Blocks of the longest record of scales; panels start and end at multiples of it, or at the end of the matrix.</summary>
    const int RecordBlocks = 8;

    internal static int BlockBytes(WeightFormat format, int groups) => groups * (CodeBytes + (Vector * format.Shape.Numbers));

    /// <param name="w">The matrix.</param>
    /// <param name="group">First group.</param>
    /// <param name="groups">Groups of the panel; those past the matrix become zero.</param>
    /// <param name="block">First block along k; a multiple of 8.</param>
    /// <param name="blocks">Blocks; a multiple of 8, or all that are left.</param>
    /// <param name="signed">True: codes less their offset, as signed bytes. False: codes as they are, unsigned.</param>
    /// <param name="panel">Takes blocks × <see cref="BlockBytes"/> bytes.</param>
    internal static void Unpack(WeightMatrix w, int group, int groups, int block, int blocks, bool signed, byte* panel)
    {
        var format = w.Format;
        var step = BlockBytes(format, groups);
        var offset = signed && format.OffsetShift < 8 ? (byte)(1 << format.OffsetShift) : (byte)0;
        var (codes, scales) = (CodeUnpackers.For(format.Codes), ScaleUnpackers.For(format.Scales));
        for (var g = 0; g < groups; g++)
        {
            var target = panel + (Vector * g);
            if (group + g >= w.Groups)
            {
                Clear(target, Vector * groups, step, blocks, format);
                continue;
            }

            var unit = w.Start + ((group + g) * w.Stride) + format.UnitAt(block);
            for (var b = 0; b < blocks; b += format.Shape.Blocks, unit += format.UnitBytes, target += format.Shape.Blocks * step)
            {
                codes(unit + format.Shape.RecordBytes, format.Shape.Blocks, format.Table, offset, target, Vector * groups, step);
                scales(unit, target + (CodeBytes * groups), Vector * groups, step);
            }
        }
    }

    /// <summary>One row as numbers, to the bits of the type's definition: a product of scale and code is exact.</summary>
    internal static void DecodeRow(WeightMatrix w, int group, int row, Span<float> weights)
    {
        var format = w.Format;
        var step = BlockBytes(format, 1);
        var terms = format.Shape.Terms;
        var panel = stackalloc byte[RecordBlocks * step];
        for (var block = 0; block < w.Blocks; block += RecordBlocks)
        {
            var blocks = Math.Min(RecordBlocks, w.Blocks - block);
            Unpack(w, group, 1, block, blocks, true, panel);
            for (var k = 0; k < 32 * blocks; k++)
            {
                var at = panel + (k / 32 * step);
                var scale = (float*)(at + CodeBytes + (Vector * (k % 32 * terms / 32))) + row;
                var weight = *scale * ((sbyte*)at)[(Vector * (k % 32 / 4)) + (4 * row) + (k % 4)];
                weights[(32 * block) + k] = format.Shape.Minimum ? weight + scale[16 * terms] : weight;
            }
        }
    }

    static void Clear(byte* target, int stride, int step, int blocks, WeightFormat format)
    {
        for (var b = 0; b < blocks; b++, target += step)
        {
            for (var vector = 0; vector < 8 + format.Shape.Numbers; vector++)
                Vector512<byte>.Zero.Store(target + (vector * stride));
        }
    }
}
