using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Hearth.Tensors.Quantization;

namespace Hearth.Tensors.Kernels;

/// <summary>Fetches the weights that a member will unpack next into the second-level cache, a little with every tile that it computes.</summary>
unsafe struct WeightPrefetch
{
    readonly byte* _first, _second;
    readonly long _bytes, _step;
    long _done;

    /// <param name="w">The matrix.</param>
    /// <param name="group">The panel being computed.</param>
    /// <param name="block">The block where its next chunk starts; past the end, the panel that comes up next is fetched.</param>
    /// <param name="blocks">Blocks of a chunk.</param>
    /// <param name="members">Members that take panels in turn.</param>
    /// <param name="steps">How often <see cref="Step"/> will be called.</param>
    internal WeightPrefetch(WeightMatrix w, int group, int block, int blocks, int members, int steps)
    {
        if (block >= w.Blocks)
            (group, block) = (Math.Min(group + (WeightPanel.Groups * members), w.Groups - 1), 0);
        _first = w.Start + (group * w.Stride) + w.Format.UnitAt(block);
        _second = group + 1 < w.Groups ? _first + w.Stride : _first;
        _bytes = w.Format.UnitAt(Math.Min(blocks, w.Blocks - block));
        _step = ((_bytes / steps) + 64) / 64 * 64;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Step()
    {
        if (!Sse.IsSupported)
            return;
        for (var end = Math.Min(_done + _step, _bytes); _done < end; _done += 64)
        {
            Sse.Prefetch1(_first + _done);
            Sse.Prefetch1(_second + _done);
        }
    }
}
