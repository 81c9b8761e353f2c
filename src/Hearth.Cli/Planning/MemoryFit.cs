using Hearth.Requests.Models;

namespace Hearth.Cli.Planning;

/// <summary>Which contexts fit beside the weights.</summary>
static class MemoryFit
{
    /// <summary>Positions come in pages.</summary>
    const int Page = 64;

    /// <summary>The longest context of a model whose cache fits, at most what it was made for; 0 where not even the weights do.</summary>
    internal static int LongestContext(ModelWork work, MemoryEstimate memory, KvType kv)
    {
        var room = memory.Available - memory.Weights - memory.Scratch;
        var positions = Math.Max(0, room / Math.Max(1, SpeedEstimate.KvBytes(work, kv)) / Page * Page);
        return (int)Math.Min(positions, work.TrainedContextLength);
    }

    /// <summary>Contexts to show: powers of four from 2,048 on below what the model was made for, and that.</summary>
    internal static IReadOnlyList<int> Contexts(ModelWork work)
    {
        var contexts = new List<int>();
        for (var context = 2048L; context < work.TrainedContextLength; context *= 4)
            contexts.Add((int)context);
        return [.. contexts, work.TrainedContextLength];
    }
}
