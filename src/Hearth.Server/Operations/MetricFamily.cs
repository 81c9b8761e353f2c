using System.Diagnostics.Metrics;

namespace Hearth.Server.Operations;

/// <summary>What a family's numbers mean.</summary>
enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All that was measured with one instrument, by its labels.</summary>
sealed class MetricFamily
{
    internal MetricFamily(Instrument instrument)
    {
        (Instrument, Bounds) = (instrument, (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []);
        Kind = instrument switch
        {
            Histogram<double> => MetricKind.Histogram,
            Counter<long> or ObservableCounter<long> => MetricKind.Counter,
            _ => MetricKind.Gauge,
        };
    }

    internal Instrument Instrument { get; }

    internal MetricKind Kind { get; }

    /// <summary>The upper ends of a histogram's buckets, each included.</summary>
    internal IReadOnlyList<double> Bounds { get; }

    internal SortedDictionary<string, MetricSeries> Series { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes a number in: what is observed is the state itself, anything else adds to it.</summary>
    /// <param name="labels">As they are written.</param>
    /// <param name="value">The number.</param>
    internal void Add(string labels, double value)
    {
        if (!Series.TryGetValue(labels, out var series))
            Series[labels] = series = new(Bounds.Count);
        series.Value = Instrument.IsObservable ? value : series.Value + value;
        series.Count++;
        for (var i = 0; i < Bounds.Count; i++)
            series.UpTo[i] += value <= Bounds[i] ? 1 : 0;
    }
}

/// <summary>The numbers of one set of labels.</summary>
/// <param name="buckets">How many buckets there are.</param>
sealed class MetricSeries(int buckets)
{
    /// <summary>The state, or the sum of all that was measured.</summary>
    internal double Value { get; set; }

    /// <summary>How often something was measured.</summary>
    internal long Count { get; set; }

    /// <summary>How many of them were at most a bucket's upper end.</summary>
    internal long[] UpTo { get; } = new long[buckets];
}
