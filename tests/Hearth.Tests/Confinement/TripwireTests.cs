using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Hearth.Confinement;

namespace Hearth.Tests.Confinement;

/// <summary>What a worker tries and is refused is counted, and told with who tried it.</summary>
public sealed class TripwireTests
{
    [Fact]
    public async Task A_worker_that_tries_nothing_trips_nothing()
    {
        using var worker = Start();
        // Every kind of thread, a collection, and the runtime's own start.
        Assert.Equal("thread pool await timer finalizer pthread", await worker.AskAsync("threads"));
        Assert.Empty(worker.Denied);
        Assert.Equal(0, worker.DeniedCount);
    }

    [Fact]
    public async Task A_socket_is_denied_and_told_with_family_process_and_thread()
    {
        var told = new ConcurrentQueue<DeniedCall>();
        using var worker = Start(told.Enqueue);
        Assert.Equal("EPERM", await worker.AskAsync("socket 2"));
        var words = (await worker.AskAsync("thread")).Split(' ');
        Assert.Equal("EPERM", words[1]);

        Assert.Equal(2, worker.DeniedCount);
        Assert.Equal(worker.Denied, told);
        Assert.Equal([("socket", "IPv4", worker.Id), ("socket", "IPv6", worker.Id)], worker.Denied.Select(d => (d.Call, d.Family, d.Process)));
        Assert.Equal(worker.Id, worker.Denied[0].Thread);
        Assert.Equal(int.Parse(words[0], CultureInfo.InvariantCulture), worker.Denied[1].Thread);
        Assert.All(worker.Denied, d => Assert.InRange((TimeProvider.System.GetUtcNow() - d.Time).TotalMinutes, -5, 5));
    }

    [Fact]
    public async Task A_worker_that_tries_for_ever_is_counted_and_told_and_costs_no_memory()
    {
        var told = 0;
        using var worker = Start(_ => Interlocked.Increment(ref told));
        Assert.Equal("1000", await worker.AskAsync("sockets 1000"));
        Assert.Equal(1000, worker.DeniedCount);
        Assert.Equal(64, worker.Denied.Count);
        Assert.Equal(1000, told);
    }

    [Fact]
    public async Task A_host_that_fails_on_the_news_goes_on_denying()
    {
        using var worker = Start(_ => throw new InvalidOperationException("news"));
        Assert.Equal("EPERM", await worker.AskAsync("socket 2"));
        Assert.Equal("EPERM", await worker.AskAsync("socket 2"));
        Assert.Equal(2, worker.DeniedCount);
    }

    [Fact]
    public async Task Where_the_host_cannot_wait_any_more_calls_stay_denied_and_nobody_waits_for_it()
    {
        var (output, errors) = await ProbeProgram.RunAsync(["no-poll"]);
        Assert.True(output.Length > 0, errors);
        var result = JsonSerializer.Deserialize<Dictionary<string, string>>(output)!;
        Assert.SkipWhen(result["tripwire"] == "none", "a filter around the tests has a listener already");
        // Without a listener the kernel knows no such call. The tripwire may not have come back to its wait when that begins to fail: then it hears of no call more.
        Assert.Equal(("EPERM", "ENOSYS", "IOException"), (result["before"], result["afterwards"], result["link"]));
        Assert.Contains((result["next"], result["counted"]), ((string, string)[])[("EPERM", "2"), ("ENOSYS", "1")]);
        Assert.StartsWith("signal 9", result["end"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_without_confinement_has_no_tripwire()
    {
        using var worker = ProbeProgram.Start(confine: false);
        Assert.Null(worker.DeniedCount);
    }

    static ConfinedProcess Start(Action<DeniedCall>? told = null)
    {
        var worker = ConfinedProcess.Start(ProbeProgram.Options() with { OnDenied = told });
        if (worker.Report.Mechanisms.Single(m => m.Name == "tripwire") is { Enforced: false } tripwire)
        {
            worker.Dispose();
            Assert.Skip("a filter around the tests has a listener already");
            throw new InvalidOperationException(tripwire.Detail);
        }

        return worker;
    }
}
