using System.Runtime.CompilerServices;

namespace Hearth.Tensors.Kernels;

/// <summary>Writes the key and the value of one head at one position.</summary>
static unsafe class CacheWriter<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>From here on, half precision rounds to infinity.</summary>
    const int HalfLimitBits = 0x477FF000, InfinityBits = 0x7F800000;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Store(KvStore cache, int page, int slot, int layer, int head, float* key, float* value)
    {
        var limit = cache.IsHalf ? HalfLimitBits : InfinityBits;
        byte* keys = cache.Keys(page, layer, head), values = cache.Values(page, layer, head);
        var halves = stackalloc ushort[16];
        for (var i = 0; i < cache.HeadLength; i += 16)
        {
            TLanes k = TLanes.Load(key + i), v = TLanes.Load(value + i);
            if (TLanes.MaxMagnitudeBits(k, v) >= limit)
                throw new NotFiniteException(cache.IsHalf ? "A key or value is beyond 65,504, the range of an F16 cache." : "A key or value is not finite.");
            if (cache.IsHalf)
            {
                v.StoreHalf((ushort*)values + (slot * cache.HeadLength) + i);
                k.StoreHalf(halves);
                for (var j = 0; j < 16; j++)
                    *((ushort*)keys + ((i + j) * KvStore.PageLength) + slot) = halves[j];
            }
            else
            {
                v.Store((float*)values + (slot * cache.HeadLength) + i);
                for (var j = 0; j < 16; j++)
                    *((float*)keys + ((i + j) * KvStore.PageLength) + slot) = key[i + j];
            }
        }
    }
}
