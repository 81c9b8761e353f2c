using System.Runtime.CompilerServices;

namespace Hearth.Tensors.Kernels;

/// <summary>
/// Quantized activations: tiles of 1, 2, 4 or 6 columns (a column is a row of activations), block after block of 32 k (numeric profile, rule 1).
/// </summary>
/// <remarks>
/// A block of a tile: width × 32 s8 codes, width scales d, width negated sums −Σq (int32), width products d · Σq.
/// d = amax / 127, q = round-to-even(x · (127 / amax)); amax below 2⁻¹²⁰ gives zeros. |Σ q_w·q_x| ≤ 32 · 255 · 127 &lt; 2²⁴ for every code layout.
/// </remarks>
static unsafe class ActivationBlocks<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    const float Smallest = 7.52316385e-37f; // 2⁻¹²⁰
    const int InfinityBits = 0x7F800000;

    /// <summary>Quantizes one column of a tile.</summary>
    /// <returns>False where a number is infinite or not a number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Quantize(float* x, int length, byte* tile, int width, int column)
    {
        var magic = TLanes.Create(ILanes<TLanes>.RoundingMagic);
        var step = ActivationTile.BlockBytes(width);
        var worst = 0;
        for (var k = 0; k < length; k += 32, tile += step)
        {
            TLanes low = TLanes.Load(x + k), high = TLanes.Load(x + k + 16);
            var bits = TLanes.MaxMagnitudeBits(low, high);
            worst = Math.Max(worst, bits);
            var amax = BitConverter.Int32BitsToSingle(bits);
            var (scale, inverse) = amax < Smallest ? (0f, 0f) : (amax / 127f, 127f / amax);
            var factor = TLanes.Create(inverse);
            var codes = (sbyte*)tile + (32 * column);
            var sum = ((low * factor) + magic).StoreRounded(codes) + ((high * factor) + magic).StoreRounded(codes + 16);
            *((float*)(tile + (32 * width)) + column) = scale;
            *((int*)(tile + (36 * width)) + column) = -sum;
            *((float*)(tile + (40 * width)) + column) = scale * sum;
        }

        return worst < InfinityBits;
    }

    /// <summary>Makes a column that no row fills compute to zero.</summary>
    internal static void Clear(int length, byte* tile, int width, int column)
    {
        for (var k = 0; k < length; k += 32, tile += ActivationTile.BlockBytes(width))
        {
            new Span<byte>(tile + (32 * column), 32).Clear();
            for (var part = 32; part <= 40; part += 4)
                *((int*)(tile + (part * width)) + column) = 0;
        }
    }
}

/// <summary>Sizes of the tiles.</summary>
static class ActivationTile
{
    /// <summary>Columns of a prefill tile.</summary>
    internal const int Width = 6;

    /// <summary>Rows up to which decode kernels run and every thread quantizes for itself.</summary>
    internal const int MaxFewRows = 4;

    internal static int BlockBytes(int width) => 44 * width;

    /// <summary>The width that is used for a number of rows.</summary>
    internal static int WidthFor(int rows) => rows switch { 1 => 1, 2 => 2, <= MaxFewRows => 4, _ => Width };
}
