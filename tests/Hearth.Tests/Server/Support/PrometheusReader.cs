using System.Globalization;
using System.Text.RegularExpressions;

namespace Hearth.Tests.Server.Support;

/// <summary>A line of a metric.</summary>
sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads Prometheus' text format 0.0.4 by its rules, and refuses what breaks one: https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
static partial class PrometheusReader
{
    static readonly string[] Kinds = ["counter", "gauge", "histogram"];

    internal static List<MetricSample> Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var (samples, families) = (new List<MetricSample>(), new Dictionary<string, string>());
        var (family, helped) = ("", "");
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups[1].Value;
                Assert.DoesNotContain(helped, families);
                Assert.DoesNotMatch(@"\\[^\\n]|\\$", help.Groups[2].Value.Replace(@"\\", "", StringComparison.Ordinal));
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                // Before the first line of its metric, once.
                family = type.Groups[1].Value;
                Assert.Equal(helped, family);
                Assert.Contains(type.Groups[2].Value, Kinds);
                Assert.True(families.TryAdd(family, type.Groups[2].Value), line);
            }
            else
            {
                var sample = Sample(line);
                // All lines of a metric stand together.
                Assert.Contains(sample.Name, families[family] == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : (string[])[family]);
                samples.Add(sample);
            }
        }

        Assert.Equal(samples.Count, samples.Select(s => $"{s.Name} {string.Join(',', s.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))}").Distinct().Count());
        foreach (var (name, kind) in families)
            Check(name, kind, samples);
        return samples;
    }

    static void Check(string name, string kind, List<MetricSample> samples)
    {
        if (kind == "counter")
        {
            Assert.EndsWith("_total", name, StringComparison.Ordinal);
            Assert.All(samples.Where(s => s.Name == name), s => Assert.True(s.Value >= 0));
        }

        if (kind != "histogram")
            return;
        foreach (var series in samples.Where(s => s.Name.StartsWith($"{name}_", StringComparison.Ordinal)).GroupBy(s => string.Join(',', s.Labels.Where(l => l.Key != "le").Select(l => $"{l.Key}={l.Value}"))))
        {
            var buckets = series.Where(s => s.Name == $"{name}_bucket").Select(s => (End: Number(s.Labels["le"]), s.Value)).ToList();
            Assert.Equal(buckets.OrderBy(b => b.End).Distinct(), buckets);
            Assert.Equal(buckets.Select(b => b.Value).Order(), buckets.Select(b => b.Value));
            Assert.Equal(double.PositiveInfinity, buckets[^1].End);
            Assert.Equal(buckets[^1].Value, series.Single(s => s.Name == $"{name}_count").Value);
            Assert.Single(series, s => s.Name == $"{name}_sum");
        }
    }

    static MetricSample Sample(string line)
    {
        var match = Line().Match(line);
        Assert.True(match.Success, line);
        var labels = new Dictionary<string, string>();
        var rest = match.Groups[2].Value;
        while (rest.Length > 0)
        {
            var label = Label().Match(rest);
            Assert.True(label.Success && labels.TryAdd(label.Groups[1].Value, Unescaped(label.Groups[2].Value)), line);
            rest = rest[label.Length..];
        }

        return new(match.Groups[1].Value, labels, Number(match.Groups[3].Value));
    }

    static string Unescaped(string text) => Escape().Replace(text, m => m.Value switch { @"\n" => "\n", @"\\" => @"\", _ => "\"" });

    static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) ([a-z]+)$")]
    private static partial Regex Type();

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? (\S+)$")]
    private static partial Regex Line();

    [GeneratedRegex("""^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,(?=.)|$)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\\[\\""n]")]
    private static partial Regex Escape();
}
