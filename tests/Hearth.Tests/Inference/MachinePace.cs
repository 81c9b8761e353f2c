using Hearth.Tests.Support;

namespace Hearth.Tests.Inference;

/// <summary>How fast this machine computes at the moment, so that limits of processor time mean the same amount of work everywhere.</summary>
static class MachinePace
{
    const int Numbers = 400_000, Range = 1 << 20;

    /// <summary>What <see cref="Work"/> takes on the machine on which the limits were measured, beside other tests.</summary>
    static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(20);

    /// <summary>True where something took no longer than it may, or no longer than it may on a machine that is so much slower.</summary>
    internal static bool Allows(TimeSpan time, TimeSpan most) => time <= most || time <= most * Slowness();

    /// <summary>How many times as long as usual some work takes that has nothing to do with the product, the shortest of a few times: the first compiles it.</summary>
    static double Slowness() => Enumerable.Range(0, 5).Min(_ =>
    {
        var start = ThreadTime.Now;
        Assert.NotEqual(0, Work());
        return (ThreadTime.Now - start) / Usual;
    });

    /// <summary>Memory here and there, branches that nobody foresees, and garbage, as compilers and interpreters have them.</summary>
    static long Work()
    {
        var (counts, random, sum) = (new Dictionary<int, List<int>>(), new Random(1), 0L);
        for (var i = 0; i < Numbers; i++)
        {
            var key = random.Next(Range);
            if (!counts.TryGetValue(key & 0xffff, out var seen))
                counts[key & 0xffff] = seen = [];
            seen.Add(key);
            sum += seen[^1] > i ? seen.Count : -key;
        }

        return sum;
    }
}
