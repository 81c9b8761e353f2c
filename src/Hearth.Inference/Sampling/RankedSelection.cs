namespace Hearth.Inference.Sampling;

/// <summary>Finds how far down a ranking a filter goes without sorting all of it.</summary>
static class RankedSelection
{
    const int SortAtMost = 24;

    /// <summary>The key of the last candidate that stays: the first, in ascending order of keys, at which the weights reach the target.</summary>
    /// <param name="keys">Different from each other; reordered.</param>
    /// <param name="weights">One for each key; reordered with them.</param>
    /// <param name="target">Sum of weights to reach.</param>
    /// <param name="atLeast">Candidates to keep at least.</param>
    /// <remarks>Quickselect by weight: halves that are known to stay or to go are not looked at again.</remarks>
    internal static ulong Last(Span<ulong> keys, Span<double> weights, double target, int atLeast)
    {
        var (low, high, reached) = (0, keys.Length, 0.0);
        while (high - low > SortAtMost)
        {
            var (middle, sum) = Partition(keys, weights, low, high);
            if (reached + sum >= target && middle >= atLeast)
                high = middle;
            else
                (low, reached) = (middle, reached + sum);
        }

        keys[low..high].Sort(weights[low..high]);
        for (var i = low; i < high; i++)
        {
            reached += weights[i];
            if (reached >= target && i + 1 >= atLeast)
                return keys[i];
        }

        // Rounding may leave the sum of everything a little below the target.
        return keys[high - 1];
    }

    /// <summary>Puts the keys below a pivot in front and sums their weights. Both parts are never empty, since keys differ.</summary>
    static (int Middle, double Sum) Partition(Span<ulong> keys, Span<double> weights, int low, int high)
    {
        var pivot = Median(keys[low], keys[low + ((high - low) / 2)], keys[high - 1]);
        var (middle, sum) = (low, 0.0);
        for (var i = low; i < high; i++)
        {
            if (keys[i] >= pivot)
                continue;
            sum += weights[i];
            (keys[i], keys[middle]) = (keys[middle], keys[i]);
            (weights[i], weights[middle]) = (weights[middle], weights[i]);
            middle++;
        }

        return (middle, sum);
    }

    static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
