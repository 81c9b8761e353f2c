using System.Diagnostics;
using Hearth.Benchmarks.Measuring;

namespace Hearth.Benchmarks.Serving;

/// <summary>The gaps between the pieces of a stream, in milliseconds.</summary>
/// <param name="Before">Those that were over when another request came.</param>
/// <param name="During">Those of which any part lies between that and the first piece of its answer: together they are at least as long.</param>
sealed record StreamGaps(IReadOnlyList<double> Before, IReadOnlyList<double> During)
{
    /// <summary>The 99th percentile of the gaps with the other request by the median of those without.</summary>
    internal double Stutter => During.Order().ElementAt((int)Math.Ceiling(0.99 * During.Count) - 1) / Quartiles.Of(Before).Median;

    /// <param name="arrivals">When each piece came (<see cref="Stopwatch"/>).</param>
    /// <param name="sent">When the other request was sent.</param>
    /// <param name="answered">When the first piece of its answer came.</param>
    internal static StreamGaps Of(IReadOnlyList<long> arrivals, long sent, long answered)
    {
        var gaps = arrivals.Zip(arrivals.Skip(1), (from, to) => (From: from, To: to, Length: Stopwatch.GetElapsedTime(from, to).TotalMilliseconds)).ToList();
        return new([.. gaps.Where(g => g.To <= sent).Select(g => g.Length)], [.. gaps.Where(g => g.To > sent && g.From < answered).Select(g => g.Length)]);
    }
}
