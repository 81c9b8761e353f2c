using Hearth.Requests.Events;

namespace Hearth.Cli.Output;

/// <summary>The figures of a benchmark, by what they mean.</summary>
sealed class Measurements
{
    readonly Dictionary<MeasurementKind, List<double>> _values = [];

    internal void Add(MeasurementEvent measurement)
    {
        if (!_values.TryGetValue(measurement.Kind, out var values))
            _values[measurement.Kind] = values = [];
        values.Add(measurement.Value);
    }

    /// <summary>The rounds in order; empty where nothing was measured.</summary>
    internal IReadOnlyList<double> Of(MeasurementKind kind) => _values.TryGetValue(kind, out var values) ? values : [];

    /// <summary>The middle one, of an even count the mean of the middle two; NaN of none.</summary>
    internal double Median(MeasurementKind kind) => Median(Of(kind));

    /// <summary>What part of a limit was used, as the median over the rounds that measured both.</summary>
    internal double Share(MeasurementKind used, MeasurementKind limit) => Median(Of(used).Zip(Of(limit), (u, l) => u / l));

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
