using System.Globalization;
using System.Text;

namespace Hearth.Server.Operations;

/// <summary>Writes metrics as Prometheus reads them: its text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
static class PrometheusText
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Units as they end a name there; what is counted has none.</summary>
    static readonly Dictionary<string, string> Units = new() { ["s"] = "_seconds", ["By"] = "_bytes" };

    internal static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
            Append(text, family);
        return text.ToString();
    }

    /// <summary>Labels as they stand between braces, in the order of their names.</summary>
    internal static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
        => string.Join(',', labels.ToArray().Select(l => $"{Plain(l.Key)}=\"{Escaped(Convert.ToString(l.Value, CultureInfo.InvariantCulture) ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)}\"").Order(StringComparer.Ordinal));

    static void Append(StringBuilder text, MetricFamily family)
    {
        var name = NameOf(family);
        text.Append($"# HELP {name} {Escaped(family.Instrument.Description ?? "")}\n");
        text.Append($"# TYPE {name} {family.Kind.ToString().ToLowerInvariant()}\n");
        foreach (var (labels, series) in family.Series)
        {
            if (family.Kind == MetricKind.Histogram)
                AppendHistogram(text, name, labels, family.Bounds, series);
            else
                AppendLine(text, name, labels, series.Value);
        }
    }

    static void AppendHistogram(StringBuilder text, string name, string labels, IReadOnlyList<double> bounds, MetricSeries series)
    {
        var before = labels.Length == 0 ? "" : $"{labels},";
        for (var i = 0; i < bounds.Count; i++)
            AppendLine(text, $"{name}_bucket", $"{before}le=\"{Number(bounds[i])}\"", series.UpTo[i]);
        AppendLine(text, $"{name}_bucket", $"{before}le=\"+Inf\"", series.Count);
        AppendLine(text, $"{name}_sum", labels, series.Value);
        AppendLine(text, $"{name}_count", labels, series.Count);
    }

    static void AppendLine(StringBuilder text, string name, string labels, double value)
        => text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(Number(value)).Append('\n');

    static string NameOf(MetricFamily family)
        => $"{Plain(family.Instrument.Name)}{Units.GetValueOrDefault(family.Instrument.Unit ?? "", "")}{(family.Kind == MetricKind.Counter ? "_total" : "")}";

    static string Plain(string name) => name.Replace('.', '_');

    static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
