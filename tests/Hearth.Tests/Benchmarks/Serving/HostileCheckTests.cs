using Hearth.Benchmarks.Serving;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Serving;

/// <summary>The long check with some thousand requests: the server and its worker outlive them, and what may not be is seen.</summary>
[Collection("kernels")]
public sealed class HostileCheckTests
{
    const int Cases = 4000, Seed = 20261130;

    /// <summary>As in the long check, but that nobody is refused because a slow machine lets them wait.</summary>
    static readonly string[] Options = ["--context", "256", "--patience", "120"];

    [Fact]
    public async Task Some_thousand_hostile_requests_are_refused_and_harm_nobody()
    {
        await using var served = await ServedHearth.StartAsync(PrivateHome.Program, ShippedModel.Path, HostileCheck.Tenants, Options);
        var result = await HostileCheck.MeasureAsync(served, Cases, Seed);
        Assert.True(result.Faults.Count == 0, string.Join("; ", result.Faults));
        Assert.Equal(Cases, result.Cases);
        // What the model answers, what is wrong in a field, in an address, in a method, and what nobody can answer.
        Assert.Superset(new HashSet<int> { 0, 200, 400, 404, 405 }, result.Statuses.Keys.ToHashSet());
        Assert.DoesNotContain(result.Statuses.Keys, status => status >= 500);
        // Memory is judged after more requests than these.
        Assert.InRange(result.Growth, -1000, 1000);
    }

    [Theory]
    [InlineData("nothing", 400, 63, "", true)]
    [InlineData("a failure", 500, 0, "", false)]
    [InlineData("a lost worker", 503, 0, "", false)]
    [InlineData("a leak", 400, 64, "", false)]
    [InlineData("a fault", 400, 0, "1 requests failed", false)]
    public void Whatever_may_not_be_misses_the_bar(string what, int status, double growth, string fault, bool met)
        => Assert.True(met == new HostileResult(1, 1, 1, growth, new Dictionary<int, int> { [0] = 9, [status] = 1 }, fault.Length > 0 ? [fault] : []).IsMet, what);
}
