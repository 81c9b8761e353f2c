using System.Diagnostics.Metrics;

namespace Hearth.Server.Operations;

/// <summary>Keeps what one meter measures, for whoever comes and reads it. It sends nothing anywhere.</summary>
sealed class MetricStore : IDisposable
{
    readonly MeterListener _listener = new();
    readonly Lock _lock = new();
    readonly List<MetricFamily> _families = [];

    internal MetricStore(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter != meter)
                return;
            var family = new MetricFamily(instrument);
            _families.Add(family);
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, labels, family) => Add(family, value, labels));
        _listener.SetMeasurementEventCallback<int>((_, value, labels, family) => Add(family, value, labels));
        _listener.SetMeasurementEventCallback<double>((_, value, labels, family) => Add(family, value, labels));
        _listener.Start();
    }

    /// <summary>All of it in Prometheus' text format.</summary>
    internal string Read()
    {
        lock (_lock)
        {
            // What is observed has only the labels of this moment: a model that was given up is gone.
            foreach (var family in _families.Where(f => f.Instrument.IsObservable))
                family.Series.Clear();
            _listener.RecordObservableInstruments();
            return PrometheusText.Of(_families);
        }
    }

    public void Dispose() => _listener.Dispose();

    void Add(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var written = PrometheusText.Labels(labels);
        lock (_lock)
            ((MetricFamily)family!).Add(written, value);
    }
}
