using Hearth.Benchmarks.Reports;

namespace Hearth.Benchmarks.Serving;

/// <summary>One request.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Minutes">When it was sent, from the start.</param>
/// <param name="Status">What became of it; 0 where the connection broke.</param>
/// <param name="Seconds">How long the whole answer took.</param>
/// <param name="Tokens">How many it has.</param>
readonly record struct LoadSample(string Tenant, double Minutes, int Status, double Seconds, int Tokens);

/// <summary>What came of asking more than the server can do.</summary>
/// <param name="Tenants">Who asked.</param>
/// <param name="Minutes">How long.</param>
/// <param name="Samples">All requests.</param>
/// <param name="Memory">Of server and workers, and when.</param>
sealed record LoadResult(IReadOnlyList<Tenant> Tenants, double Minutes, IReadOnlyList<LoadSample> Samples, IReadOnlyList<(double Minutes, double Megabytes)> Memory)
{
    const double SlopeBar = 1, ShareBar = 1.25, StableBar = 1.25, SettlingMinutes = 2;

    /// <summary>A figure and its bar.</summary>
    internal readonly record struct Row(string Name, string Measured, string Bar, bool IsMet);

    internal int Answered => Samples.Count(s => s.Status == 200);

    internal int Refused => Samples.Count(s => s.Status == 429);

    internal int Failed => Samples.Count - Answered - Refused;

    internal bool IsMet => Rows.All(r => r.IsMet);

    /// <summary>Each user's tokens once all are under way.</summary>
    internal IReadOnlyList<(Tenant Tenant, int Tokens)> Shares => [.. Tenants.Select(t => (t, Steady.Where(s => s.Tenant == t.Name).Sum(s => s.Tokens)))];

    internal IReadOnlyList<Row> Rows
    {
        get
        {
            var (shares, half) = (Shares.Select(s => (double)s.Tokens / s.Tenant.Weight).ToList(), (Settled + Minutes) / 2);
            var (share, slope) = (shares.Max() / shares.Min(), Slope([.. Memory.Where(m => m.Minutes >= Settled)]));
            var (early, late) = (P99(Steady.Where(s => s.Minutes < half)), P99(Steady.Where(s => s.Minutes >= half)));
            return
            [
                new("requests that failed, but for 429", $"{Failed}", "0", Failed == 0),
                new("memory of server and worker after two minutes", $"{Report.Number(slope, "F2")} MB a minute", $"< {SlopeBar}", slope < SlopeBar),
                new("tokens of a user by weight, most by least", Report.Number(share, "F3"), $"≤ {Report.Number(ShareBar, "G3")}", share <= ShareBar),
                new("p99 of the time of admitted requests, second half by first", $"{Report.Number(late, "F2")} s / {Report.Number(early, "F2")} s = {Report.Number(late / early, "F2")}", $"≤ {Report.Number(StableBar, "G3")}", late <= early * StableBar),
            ];
        }
    }

    double Settled => SettlingMinutes < Minutes / 2 ? SettlingMinutes : Minutes / 5;

    IEnumerable<LoadSample> Steady => Samples.Where(s => s.Status == 200 && s.Minutes >= Settled);

    static double P99(IEnumerable<LoadSample> samples)
    {
        var sorted = samples.Select(s => s.Seconds).Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[(int)Math.Ceiling(0.99 * sorted.Count) - 1];
    }

    /// <summary>The slope of the line of least squares, a minute.</summary>
    static double Slope(List<(double Minutes, double Megabytes)> memory)
    {
        var (x, y) = (memory.Average(m => m.Minutes), memory.Average(m => m.Megabytes));
        return memory.Sum(m => (m.Minutes - x) * (m.Megabytes - y)) / memory.Sum(m => (m.Minutes - x) * (m.Minutes - x));
    }
}
