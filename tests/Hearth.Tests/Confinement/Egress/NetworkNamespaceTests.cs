using System.Globalization;
using Hearth.Confinement.Egress;

namespace Hearth.Tests.Confinement.Egress;

/// <summary>Counters of network namespaces, read from outside, against known bytes that a child sends inside its own.</summary>
public sealed class NetworkNamespaceTests
{
    /// <summary>The loopback interface counts the headers of IPv4 and UDP with each datagram, and none of a frame.</summary>
    const int DatagramHeaders = 20 + 8;

    const int NewNetwork = 0x40000000;

    [Fact]
    public async Task A_namespace_of_its_own_counts_exactly_what_the_child_sends()
    {
        using var child = await TrafficChild.StartUnsharedAsync();
        var before = TrafficSnapshot.Of(child.Id);
        Assert.Equal(CountingMethod.NetworkNamespace, before.Method);
        Assert.Equal("OK", await child.AskAsync("datagrams 4 25 1000 0"));
        var since = TrafficSnapshot.Of(child.Id).Since(before);
        const long bytes = 25 * (1000 + DatagramHeaders);
        Assert.Equal(new Traffic(bytes, 25, bytes, 25), since.Loopback);
        Assert.Equal(Traffic.None, since.Beyond);
        Assert.True(since.Complete, since.Detail);
    }

    [Fact]
    public async Task A_namespace_that_others_are_in_is_called_the_machine_s_and_never_the_process_s()
    {
        using var child = await TrafficChild.StartAsync();
        var snapshot = TrafficSnapshot.Of(child.Id);
        Assert.Equal(CountingMethod.Machine, snapshot.Method);
        Assert.NotEqual(true, snapshot.Complete);
        Assert.Contains("shared with other processes", snapshot.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_snapshots_of_one_process_are_of_different_counters_when_it_changed_its_namespace()
    {
        using var child = await TrafficChild.StartUnsharedAsync();
        using var other = await TrafficChild.StartAsync();
        var before = TrafficSnapshot.Of(child.Id);
        Assert.Equal(CountingMethod.Unknown, TrafficSnapshot.Of(other.Id).Since(before).Method);
        Assert.Null(TrafficSnapshot.Of(other.Id).Since(before).Beyond);
    }

    [Fact]
    public async Task A_thread_that_left_the_namespace_makes_the_figure_unknown()
    {
        using var child = await TrafficChild.StartUnsharedAsync();
        Assert.Equal(CountingMethod.NetworkNamespace, TrafficSnapshot.Of(child.Id).Method);
        Assert.Equal("0", await child.AskAsync($"leave {NewNetwork}"));
        var snapshot = TrafficSnapshot.Of(child.Id);
        Assert.Equal(CountingMethod.Unknown, snapshot.Method);
        Assert.Null(snapshot.Beyond);
        Assert.Null(snapshot.Loopback);
    }

    [Fact]
    public async Task A_socket_of_unknown_origin_makes_the_count_of_a_namespace_incomplete()
    {
        using var child = await TrafficChild.StartUnsharedAsync();
        Assert.True(TrafficSnapshot.Of(child.Id).Complete);
        // Not bound, so in no table: it could as well have come from another namespace.
        Assert.Equal("OK", await child.AskAsync("hold"));
        Assert.False(TrafficSnapshot.Of(child.Id).Complete);
        // Bound by sending: now it is in the table of this one.
        Assert.Equal("OK", await child.AskAsync("held 10 9"));
        Assert.True(TrafficSnapshot.Of(child.Id).Complete);
    }

    [Fact]
    public async Task A_worker_with_a_network_of_its_own_has_sent_nothing_since_its_start_and_another_s_figure_is_the_machine_s()
    {
        using var worker = ProbeProgram.Start();
        Assert.Equal("hello", await worker.AskAsync("hello"));
        var own = worker.Report.Mechanisms.Single(m => m.Name == "network namespace").Enforced;
        var snapshot = TrafficSnapshot.Of(worker.Id);
        Assert.Equal(own ? CountingMethod.NetworkNamespace : CountingMethod.Machine, snapshot.Method);
        if (own)
            Assert.Equal((Traffic.None, Traffic.None, true), (snapshot.Loopback, snapshot.Beyond, snapshot.Complete));
    }

    [Fact]
    public void A_process_that_is_gone_is_unknown_and_not_zero()
    {
        var snapshot = TrafficSnapshot.Of(int.MaxValue);
        Assert.Equal(CountingMethod.Unknown, snapshot.Method);
        Assert.Null(snapshot.Beyond);
        Assert.Null(snapshot.Loopback);
        Assert.Null(snapshot.Complete);
    }

    [Fact]
    public async Task The_number_of_the_file_tells_namespaces_apart_as_the_link_does()
    {
        using var alone = await TrafficChild.StartUnsharedAsync();
        using var other = await TrafficChild.StartUnsharedAsync();
        using var shared = await TrafficChild.StartAsync();
        int[] processes = [alone.Id, other.Id, shared.Id, Environment.ProcessId];
        foreach (var one in processes)
            Assert.All(processes, two => Assert.Equal(Link(one) == Link(two), NetworkNamespace.NumberOf(one) == NetworkNamespace.NumberOf(two)));
        Assert.NotEqual(Link(alone.Id), Link(other.Id));
    }

    static string Link(int process) => new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/ns/net")).LinkTarget!;
}
