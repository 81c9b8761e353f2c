using Hearth.Benchmarks.Machine;
using Hearth.Benchmarks.Serving;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Support;

namespace Hearth.Tests.Benchmarks.Serving;

/// <summary>The long check for some seconds, on a machine that may be busy: who isn't answered is told so, and each figure is judged.</summary>
[Collection("kernels")]
public sealed class LoadCheckTests
{
    const double Seconds = 6;
    const int Connections = 96;

    [Fact]
    public async Task Far_more_than_the_server_can_do_is_answered_or_refused_and_nothing_fails()
    {
        await using var served = await ServedHearth.StartAsync(PrivateHome.Program, ShippedModel.Path, LoadCheck.Tenants, "--context", "1024", "--patience", "30", "--parallel", "4", "--waiting", "8");
        var result = await LoadCheck.MeasureAsync(served, Seconds / 60, Connections);
        Assert.Equal(0, result.Failed);
        Assert.True(result is { Answered: > 0, Refused: > 0 }, $"{result.Answered} answered, {result.Refused} refused");
        Assert.All(result.Samples, s => Assert.Equal(s.Status == 200 ? LoadCheck.GenerateTokens : 0, s.Tokens));
        Assert.Equal(LoadCheck.Tenants.Select(t => t.Name), result.Samples.Where(s => s.Status == 200).Select(s => s.Tenant).Distinct().OrderBy(name => Array.FindIndex(LoadCheck.Tenants, t => t.Name == name)));
        Assert.NotEmpty(result.Memory);
        Assert.Equal(2, (await StreamedAnswer.AskAsync(served.ClientOf(LoadCheck.Tenants[0].Name), StreamedAnswer.Prompt(8, 1), 2, cancellationToken: TestContext.Current.CancellationToken)).Tokens);
        Assert.NotEmpty(ProcessTree.Descendants(served.ProcessId));
    }

    /// <summary>What is measured, and whether each bar is met: failures, memory, shares, waits.</summary>
    public static TheoryData<string, int, double, int, double, string> Loads => new()
    {
        { "nothing", 429, 0.5, 200, 1, "yes yes yes yes" },
        { "an error", 503, 0.5, 200, 1, "no yes yes yes" },
        { "a broken connection", 0, 0.5, 200, 1, "no yes yes yes" },
        { "memory", 429, 1.5, 200, 1, "yes no yes yes" },
        { "a share", 429, 0.5, 100, 1, "yes yes no yes" },
        { "a wait", 429, 0.5, 200, 1.5, "yes yes yes no" },
    };

    /// <summary>Ten minutes; the user of weight two gets what it should where it has twice as many tokens.</summary>
    [Theory, MemberData(nameof(Loads))]
    public void Each_bar_is_judged_on_its_own(string what, int status, double megabytesPerMinute, int tokens, double longer, string met)
    {
        List<LoadSample> samples = [new("one", 3, status, 0, 0)];
        for (var minute = 2; minute < 10; minute++)
        {
            var seconds = minute < 6 ? 1 : longer;
            samples.AddRange([new("one", minute, 200, seconds, 100), new("two", minute, 200, seconds, tokens)]);
        }

        var memory = Enumerable.Range(0, 100).Select(i => (Minutes: i / 10.0, Megabytes: 100 + (megabytesPerMinute * i / 10))).ToList();
        var result = new LoadResult([new("one"), new("two", 2)], 10, samples, memory);
        Assert.True(string.Join(' ', result.Rows.Select(r => r.IsMet ? "yes" : "no")) == met, $"{what}: {string.Join("; ", result.Rows)}");
        Assert.Equal(what == "nothing", result.IsMet);
    }
}
