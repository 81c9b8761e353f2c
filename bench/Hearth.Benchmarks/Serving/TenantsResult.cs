using Hearth.Benchmarks.Measuring;

namespace Hearth.Benchmarks.Serving;

/// <summary>One run.</summary>
/// <param name="Seed">Of its prompts and their order.</param>
/// <param name="Other">How likely the times with and without the other tenant's cache are of one distribution.</param>
/// <param name="Own">The same of those with and without the tenant's own.</param>
sealed record TenantsRun(int Seed, double Other, double Own);

/// <summary>What the runs say together.</summary>
sealed record TenantsResult(IReadOnlyList<TenantsRun> Runs)
{
    internal const double OtherBar = 0.05, OwnBar = 1e-6;

    internal double Other => Quartiles.Of(Runs.Select(r => r.Other)).Median;

    /// <summary>Nothing can be told of another, and the time tells something at all.</summary>
    internal bool IsMet => Other > OtherBar && Runs.All(r => r.Own < OwnBar);
}
