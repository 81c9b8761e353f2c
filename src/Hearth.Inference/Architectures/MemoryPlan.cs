using System.Globalization;
using Hearth.Formats.Gguf;
using Hearth.Inference.KvCache;
using Hearth.Requests;
using Hearth.Requests.Models;
using Hearth.Tensors.Kernels;

namespace Hearth.Inference.Architectures;

/// <summary>What a model will take, before anything is taken.</summary>
sealed record MemoryPlan(MemoryEstimate Estimate, long PerPosition)
{
    internal static MemoryPlan For(GgufFile file, DecoderShape shape, int context, int cache, KvType kvType, bool asFloat, long budget, Adapters? adapters = null)
    {
        var page = KvStore.BytesFor(shape.CacheLayers, shape.KvHeads, shape.HeadLength, kvType == KvType.F16);
        var weights = TensorChecks.Estimate(file, shape, asFloat, adapters);
        var scratch = PassBuffers.BytesFor(shape, LoadedDecoder.RowsFor(shape, context), LoadedDecoder.MaxLogits)
            + LinearMath.BytesFor(adapters?.Rank ?? 0, LoadedDecoder.RowsFor(shape, context), shape.WidestOutput);
        scratch += sizeof(float) * (long)LoadedDecoder.StatesFor(cache) * shape.StateLength;
        return new(new(context, weights, CachedSequence.PagesFor(cache) * page, scratch, budget > 0 ? budget : Available()), page / KvStore.PageLength);
    }

    internal void ThrowIfTooLarge()
    {
        var (estimate, fits) = (Estimate, (Estimate.Available - Estimate.Weights - Estimate.Scratch) / PerPosition);
        if (estimate.Total <= estimate.Available)
            return;
        throw new EngineException(
            FailureCode.OutOfMemory,
            $"The model needs {Mega(estimate.Total)}: weights {Mega(estimate.Weights)}, cache {Mega(estimate.KvCache)} for {estimate.ContextLength} positions, buffers {Mega(estimate.Scratch)}.",
            $"at most {Mega(estimate.Available)}, what is available",
            fits >= KvStore.PageLength ? $"Choose a context of at most {fits / KvStore.PageLength * KvStore.PageLength} positions." : "Free memory, or choose a smaller model.");
    }

    /// <summary>What the system says is available: the kernel's estimate where it can be read, within the limit of the process's group.</summary>
    internal static long Available()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        try
        {
            foreach (var line in File.ReadLines("/proc/meminfo"))
            {
                if (line.StartsWith("MemAvailable:", StringComparison.Ordinal)
                    && long.TryParse(line.AsSpan(13).Trim().TrimEnd("kB "), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes))
                    return Math.Min(limit, kibibytes * 1024);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        return limit;
    }

    static string Mega(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");
}
