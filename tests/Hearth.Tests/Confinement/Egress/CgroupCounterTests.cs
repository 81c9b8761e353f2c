using System.Net;
using System.Net.Sockets;
using Hearth.Confinement.Egress;

namespace Hearth.Tests.Confinement.Egress;

/// <summary>The counting programs against bytes that a child sends, all of them over the loopback interface.</summary>
public sealed class CgroupCounterTests
{
    const int Headers4 = 20 + 8, Headers6 = 40 + 8;

    /// <summary>A TCP segment has between 20 and 60 bytes of header, as has IPv4.</summary>
    const int LeastHeader = 20 + 20, MostHeader = 60 + 60;

    [Theory]
    [InlineData(AddressFamily.InterNetwork, Headers4)]
    [InlineData(AddressFamily.InterNetworkV6, Headers6)]
    public async Task Datagrams_are_counted_to_the_byte_and_only_as_sent(AddressFamily family, int headers)
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        var (socket, port) = TrafficChild.Receiver(family);
        using (socket)
        using (var counter = CgroupCounter.Start(child.Id))
        {
            var before = counter.Read();
            Assert.Equal((CountingMethod.CgroupEbpf, Traffic.None, Traffic.None, new CallAttempts(0, 0, 0), true), (before.Method, before.Loopback, before.Beyond, before.Attempts, before.Complete));
            Assert.Equal("OK", await child.AskAsync($"datagrams {(family == AddressFamily.InterNetwork ? 4 : 6)} 20 700 {port}"));
            var after = counter.Read();
            Assert.Equal(new Traffic(BytesOut: 20 * (700 + headers), PacketsOut: 20, BytesIn: 0, PacketsIn: 0), after.Loopback);
            Assert.Equal(Traffic.None, after.Beyond);
            // One that sends and one that the child would have received with.
            Assert.Equal(new CallAttempts(Sockets: 2, Connects: 0, Sends: 20), after.Attempts);
            Assert.Equal((after.Loopback, after.Attempts), (after.Since(before).Loopback, after.Since(before).Attempts));
        }
    }

    [Fact]
    public async Task What_a_child_sends_to_itself_is_counted_once_in_each_direction()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        using var counter = CgroupCounter.Start(child.Id);
        Assert.Equal("OK", await child.AskAsync("datagrams 4 10 100 0"));
        Assert.Equal(new Traffic(10 * (100 + Headers4), 10, 10 * (100 + Headers4), 10), counter.Read().Loopback);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task A_stream_is_counted_with_its_headers(int version)
    {
        const int payload = 300_000;
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        using var listener = new TcpListener(version == 4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0);
        listener.Start();
        using var counter = CgroupCounter.Start(child.Id);
        var answer = child.AskAsync($"stream {version} {payload} {((IPEndPoint)listener.LocalEndpoint).Port}");
        using (var peer = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            var received = new MemoryStream();
            await peer.GetStream().CopyToAsync(received, TestContext.Current.CancellationToken);
            Assert.Equal(payload, received.Length);
        }

        var words = (await answer)!.Split(' ');
        Assert.Equal("OK", words[0]);
        var data = payload + int.Parse(words[1], null);
        var (sent, attempts) = (counter.Read().Loopback!, counter.Read().Attempts!);
        Assert.InRange(sent.BytesOut, data + sent.PacketsOut * LeastHeader, data + sent.PacketsOut * MostHeader);
        Assert.InRange(sent.BytesIn, sent.PacketsIn * LeastHeader, sent.PacketsIn * MostHeader);
        Assert.Equal(new CallAttempts(1, 1, 0), attempts);
    }

    [Fact]
    public async Task A_connection_that_is_refused_was_attempted()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        using var counter = CgroupCounter.Start(child.Id);
        // Nobody listens at a port that is taken and not listened at, and nobody else can.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal("ConnectionRefused", await child.AskAsync($"stream 4 1 {((IPEndPoint)taken.LocalEndPoint!).Port}"));
        Assert.Equal(1, counter.Read().Attempts!.Connects);
    }

    [Fact]
    public async Task A_confined_worker_sends_nothing()
    {
        TrafficChild.NeedsCounting();
        using var worker = ProbeProgram.Start();
        Assert.Equal("hello", await worker.AskAsync("hello"));
        using var counter = CgroupCounter.Start(worker.Id);
        Assert.Equal("thread pool await timer finalizer pthread", await worker.AskAsync("threads"));
        var snapshot = counter.Read();
        Assert.Equal((Traffic.None, Traffic.None, new CallAttempts(0, 0, 0), true), (snapshot.Beyond, snapshot.Loopback, snapshot.Attempts, snapshot.Complete));
    }

    [Fact]
    public async Task Sockets_that_were_there_before_make_the_count_incomplete()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        Assert.Equal("OK", await child.AskAsync("hold"));
        var (socket, port) = TrafficChild.Receiver();
        using (socket)
        using (var counter = CgroupCounter.Start(child.Id))
        {
            Assert.Equal("OK", await child.AskAsync($"held 500 {port}"));
            var snapshot = counter.Read();
            Assert.Equal(0, snapshot.Loopback!.BytesOut);
            Assert.False(snapshot.Complete);
            Assert.Contains("not over the 1 sockets that it had before", snapshot.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_socket_below_IP_makes_the_count_incomplete()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        using var counter = CgroupCounter.Start(child.Id);
        Assert.True(counter.Read().Complete);
        Assert.Equal("OK", await child.AskAsync("packets"));
        Assert.False(counter.Read().Complete);
    }

    [Fact]
    public async Task The_last_count_can_be_read_after_the_end_of_the_process()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        using var counter = CgroupCounter.Start(child.Id);
        Assert.Equal("OK", await child.AskAsync("datagrams 4 3 50 0"));
        await child.EndAsync();
        Assert.Equal(3, counter.Read().Loopback!.PacketsOut);
    }

    [Fact]
    public async Task At_the_end_the_process_is_where_it_was_and_the_group_is_gone()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        var before = CgroupPlace.Of(child.Id);
        using (CgroupCounter.Start(child.Id))
        {
            Assert.Equal($"{before}/hearth-count-{child.Id}", CgroupPlace.Of(child.Id));
            Assert.True(Directory.Exists(Group(child.Id)));
        }

        Assert.Equal(before, CgroupPlace.Of(child.Id));
        Assert.False(Directory.Exists(Group(child.Id)));
    }

    [Fact]
    public async Task Two_counters_of_one_process_count_the_same_and_the_last_one_cleans_up()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        using (var second = await CountTwice(child))
        {
            Assert.True(Directory.Exists(Group(child.Id)));
            Assert.Equal("OK", await child.AskAsync("datagrams 4 5 50 0"));
            Assert.Equal(10, second.Read().Loopback!.PacketsOut);
        }

        Assert.False(Directory.Exists(Group(child.Id)));
    }

    [Fact]
    public async Task A_process_that_was_taken_out_of_its_group_is_unknown_and_not_zero()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        var home = CgroupPlace.Mount() + CgroupPlace.Of(child.Id);
        using var counter = CgroupCounter.Start(child.Id);
        await File.WriteAllTextAsync($"{home}/cgroup.procs", $"{child.Id}", TestContext.Current.CancellationToken);
        var snapshot = counter.Read();
        Assert.Equal(CountingMethod.Unknown, snapshot.Method);
        Assert.Null(snapshot.Beyond);
        Assert.Contains("taken out", snapshot.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_counter_removes_what_a_killed_reader_left_of_a_process_that_is_gone()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        var stale = Path.Combine(Path.GetDirectoryName(Group(child.Id))!, "hearth-count-2147483646");
        Directory.CreateDirectory(stale);
        using (CgroupCounter.Start(child.Id))
            Assert.False(Directory.Exists(stale));
    }

    static async Task<CgroupCounter> CountTwice(TrafficChild child)
    {
        using var first = CgroupCounter.Start(child.Id);
        var second = CgroupCounter.Start(child.Id);
        Assert.Equal("OK", await child.AskAsync("datagrams 4 5 50 0"));
        Assert.Equal(first.Read().Loopback, second.Read().Loopback);
        Assert.Equal(5, first.Read().Loopback!.PacketsOut);
        return second;
    }

    internal static string Group(int process) => $"{CgroupPlace.Mount()}{CgroupCounter.Home(CgroupPlace.Of(process)!)}/hearth-count-{process}";
}
