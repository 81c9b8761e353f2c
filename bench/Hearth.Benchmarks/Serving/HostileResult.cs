namespace Hearth.Benchmarks.Serving;

/// <summary>What came of requests that nobody should send.</summary>
/// <param name="Seed">Of all that was drawn.</param>
/// <param name="Cases">How many were sent.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Growth">By how many megabytes server and worker grew.</param>
/// <param name="Statuses">How often each status was answered; 0 for none.</param>
/// <param name="Faults">What may not be.</param>
sealed record HostileResult(int Seed, int Cases, double Seconds, double Growth, IReadOnlyDictionary<int, int> Statuses, IReadOnlyList<string> Faults)
{
    internal const double MostGrowth = 64;

    public bool IsMet => Faults.Count == 0 && !Statuses.Keys.Any(status => status >= 500) && Growth < MostGrowth;
}
