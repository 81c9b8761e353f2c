using System.Runtime.CompilerServices;

namespace Hearth.Tensors.Kernels;

/// <summary>
/// Quantized activations: tiles of 1, 2, 4 or 6 columns (a column is a row of activations), block after block of 32 k (numeric profile, rule 1).
/// </summary>
/// <remarks>
/// A block of a tile: width × 32 s8 codes, width scales d, width negated sums −Σq (int32), width products d · Σq. After all blocks, what layouts with
/// scales per 16 read besides: for each block 2 × width negated sums of its halves, 2 × width products.
/// d = amax / 127, q = round-to-even(x · (127 / amax)); amax below 2⁻¹²⁰ gives zeros.
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
        var halves = ActivationTile.Halves(tile, length / 32, width);
        var worst = 0;
        for (var k = 0; k < length; k += 32, tile += ActivationTile.BlockBytes(width), halves += ActivationTile.HalfParts * width)
        {
            TLanes low = TLanes.Load(x + k), high = TLanes.Load(x + k + 16);
            var bits = TLanes.MaxMagnitudeBits(low, high);
            worst = Math.Max(worst, bits);
            var amax = BitConverter.Int32BitsToSingle(bits);
            var (scale, inverse) = amax < Smallest ? (0f, 0f) : (amax / 127f, 127f / amax);
            var factor = TLanes.Create(inverse);
            var codes = (sbyte*)tile + (32 * column);
            var first = ((low * factor) + magic).StoreRounded(codes);
            var second = ((high * factor) + magic).StoreRounded(codes + 16);
            *(ActivationTile.Number(tile, width, ActivationTile.Scale) + column) = scale;
            var numbers = ActivationTile.Number(tile, width, ActivationTile.NegatedSum) + column;
            Store(numbers, numbers + width, first + second, scale);
            Store(halves + column, halves + (2 * width) + column, first, scale);
            Store(halves + width + column, halves + (3 * width) + column, second, scale);
        }

        return worst < InfinityBits;
    }

    /// <summary>Makes a column that no row fills compute to zero.</summary>
    internal static void Clear(int length, byte* tile, int width, int column)
    {
        var halves = ActivationTile.Halves(tile, length / 32, width);
        for (var k = 0; k < length; k += 32, tile += ActivationTile.BlockBytes(width), halves += ActivationTile.HalfParts * width)
        {
            new Span<byte>(tile + (32 * column), 32).Clear();
            for (var part = 0; part < ActivationTile.Parts; part++)
                *(ActivationTile.Number(tile, width, part) + column) = 0;
            for (var part = 0; part < ActivationTile.HalfParts; part++)
                halves[(part * width) + column] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* negatedSum, float* product, int sum, float scale)
    {
        *(int*)negatedSum = -sum;
        *product = scale * sum;
    }
}

/// <summary>Sizes and parts of the tiles: after the codes of a block come parts of one number a column.</summary>
static unsafe class ActivationTile
{
    /// <summary>Columns of a prefill tile.</summary>
    internal const int Width = 6;

    /// <summary>Rows up to which decode kernels run and every thread quantizes for itself.</summary>
    internal const int MaxFewRows = 4;

    /// <summary>
    /// Rows up to which decode kernels run tile after tile on weights that the caches hold: unpacking weights into panels first pays only where more rows share it.
    /// </summary>
    internal const int MaxSomeRows = 32;

    /// <summary>Columns of the tiles of some rows.</summary>
    internal const int SomeWidth = 4;

    /// <summary>Parts of a block: the scale d, −Σq (int32), d · Σq.</summary>
    internal const int Scale = 0, NegatedSum = 1, Product = 2, Parts = 3;

    /// <summary>Parts of the halves of a block: −Σq (int32) of the first and of the second 16 k, then d · Σq likewise.</summary>
    internal const int HalfNegatedSum = 0, HalfProduct = 2, HalfParts = 4;

    internal static int BlockBytes(int width) => (32 + (sizeof(float) * Parts)) * width;

    internal static long Bytes(long blocks, int width) => blocks * (BlockBytes(width) + (sizeof(float) * HalfParts * width));

    /// <summary>The parts of the halves, after all blocks of a tile.</summary>
    internal static float* Halves(byte* tile, long blocks, int width) => (float*)(tile + (blocks * BlockBytes(width)));

    /// <summary>Where a part's numbers are, one a column.</summary>
    internal static float* Number(byte* block, int width, int part) => (float*)(block + (32 * width)) + (part * width);

    /// <summary>The width that is used for a number of rows.</summary>
    internal static int WidthFor(int rows) => rows switch { 1 => 1, 2 => 2, <= MaxFewRows => 4, <= MaxSomeRows => SomeWidth, _ => Width };
}

/// <summary>A tile from one of its blocks on.</summary>
/// <param name="tile">The tile.</param>
/// <param name="width">Its columns.</param>
/// <param name="blocks">All its blocks.</param>
/// <param name="block">The first one.</param>
readonly unsafe struct TilePart(byte* tile, int width, int blocks, int block)
{
    internal byte* Blocks { get; } = tile + ((long)block * ActivationTile.BlockBytes(width));

    internal float* Halves { get; } = ActivationTile.Halves(tile, blocks, width) + ((long)block * ActivationTile.HalfParts * width);
}
