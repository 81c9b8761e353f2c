using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Tensors.Kernels;

/// <summary>Reads memory as fast as one thread can.</summary>
static unsafe class RawReader
{
    /// <summary>Words ahead; the decode kernels fetch as far.</summary>
    const int PrefetchDistance = 4096 / sizeof(ulong);

    /// <returns>All words or-ed together, so that no load can be left out.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ulong Read(byte* start, long pieces)
    {
        Vector512<ulong> a = default, b = default, c = default, d = default;
        for (var p = (ulong*)start; pieces > 0; pieces--, p += 64)
        {
            if (Sse.IsSupported)
            {
                for (var line = 0; line < 64; line += 8)
                    Sse.Prefetch0(p + PrefetchDistance + line);
            }

            a |= Vector512.Load(p);
            b |= Vector512.Load(p + 8);
            c |= Vector512.Load(p + 16);
            d |= Vector512.Load(p + 24);
            a |= Vector512.Load(p + 32);
            b |= Vector512.Load(p + 40);
            c |= Vector512.Load(p + 48);
            d |= Vector512.Load(p + 56);
        }

        var all = a | b | c | d;
        return all.GetElement(0) | all.GetElement(1) | all.GetElement(2) | all.GetElement(3) | all.GetElement(4) | all.GetElement(5) | all.GetElement(6) | all.GetElement(7);
    }
}
