using System.Diagnostics;
using System.Text.Json;
using Hearth.Confinement.Egress;
using Hearth.Confinement.Linux;
using Hearth.Tests.Cli.Support;
using Hearth.Tests.Confinement;
using Hearth.Tests.Confinement.Egress;
using Hearth.Tests.Support;
using Hearth.Workers.Client;

namespace Hearth.Tests.Cli.Watching;

/// <summary>The built program as the reader: a process other than the one that it judges.</summary>
public sealed class WatchCommandTests
{
    const int Interrupt = 2, Kill = 9;

    static readonly string[] Frequent = ["status", "--watch", "--json", "--interval", "0.1"];

    [Fact]
    public async Task A_child_that_sends_is_counted_and_seen_with_its_socket_and_its_free_threads()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        var (socket, port) = TrafficChild.Receiver();
        using (socket)
        using (var reader = Start([.. Frequent, "--cgroup", $"{child.Id}"]))
        {
            var first = await ReadAsync(reader);
            Assert.Equal((0, "cgroup-ebpf", "shared"), (Number(first, "loopback_bytes_out"), first.GetProperty("counted_by").GetString(), first.GetProperty("network").GetString()));
            Assert.Equal("OK", await child.AskAsync("hold"));
            Assert.Equal("OK", await child.AskAsync($"datagrams 4 20 700 {port}"));
            var seen = await ReadUntilAsync(reader, p => Number(p, "loopback_packets_out") == 20 && Number(p, "network_sockets") == 1);
            Assert.Equal((20 * 728, 0), (Number(seen, "loopback_bytes_out"), Number(seen, "loopback_bytes_in")));
            Assert.Equal((20, 3, 0), (Number(seen, "sends"), Number(seen, "sockets_made"), Number(seen, "confined_threads")));
            Assert.True(seen.GetProperty("complete").GetBoolean());
            // The end of the process ends the watch of it.
            await child.EndAsync();
            var last = await ReadUntilAsync(reader, p => p.GetProperty("ended").GetBoolean());
            Assert.Equal(20, Number(last, "loopback_packets_out"));
            await EndedAsync(reader, 0);
        }
    }

    [Fact]
    public async Task A_confined_worker_shows_zero_and_every_thread_confined()
    {
        TrafficChild.NeedsCounting();
        using var worker = ProbeProgram.Start();
        Assert.Equal("hello", await worker.AskAsync("hello"));
        using var reader = Start([.. Frequent, "--cgroup", "--count", "2", $"{worker.Id}"]);
        _ = await ReadAsync(reader);
        Assert.Equal("hello", await worker.AskAsync("hello"));
        var seen = await ReadAsync(reader);
        Assert.All((string[])["bytes_out", "bytes_in", "loopback_bytes_out", "sockets_made", "connects", "sends", "network_sockets"], name => Assert.Equal(0, Number(seen, name)));
        Assert.Equal((1, Number(seen, "threads")), (Number(seen, "local_sockets"), Number(seen, "confined_threads")));
        Assert.True(Number(seen, "threads") > 1);
        await EndedAsync(reader, 0);
        Assert.False(Directory.Exists(CgroupCounterTests.Group(worker.Id)));
    }

    [Fact]
    public async Task A_process_in_a_network_of_its_own_needs_no_control_group()
    {
        using var child = await TrafficChild.StartUnsharedAsync();
        Assert.Equal("OK", await child.AskAsync("datagrams 4 5 100 0"));
        using var reader = Start([.. Frequent, "--count", "1", $"{child.Id}"]);
        var seen = await ReadAsync(reader);
        Assert.Equal(("own", "netns", 5 * 128, 0), (seen.GetProperty("network").GetString(), seen.GetProperty("counted_by").GetString(), Number(seen, "loopback_bytes_out"), Number(seen, "bytes_out")));
    }

    [Fact]
    public async Task Hosts_and_workers_are_found_without_being_named()
    {
        await using var model = await WorkerModelFile.OpenAsync(new() { ModelPaths = [] }, TestContext.Current.CancellationToken);
        using var reader = Start([.. Frequent, "--count", "1"]);
        using var frame = JsonDocument.Parse((await ReadLineAsync(reader))!);
        var processes = frame.RootElement.GetProperty("processes").EnumerateArray().ToList();
        var seen = Assert.Single(processes, p => Number(p, "pid") == model.WorkerProcessId);
        Assert.Equal(("worker", Number(seen, "threads")), (seen.GetProperty("kind").GetString(), Number(seen, "confined_threads")));
        Assert.DoesNotContain(processes, p => Number(p, "pid") == reader.Id || Number(p, "pid") == Environment.ProcessId);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_watch_and_puts_the_process_back()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        var before = CgroupPlace.Of(child.Id);
        using var reader = Start([.. Frequent, "--cgroup", $"{child.Id}"]);
        _ = await ReadAsync(reader);
        Assert.NotEqual(before, CgroupPlace.Of(child.Id));
        Assert.Equal(0, LibC.Signal(reader.Id, Interrupt));
        await EndedAsync(reader, 0);
        Assert.Equal(before, CgroupPlace.Of(child.Id));
    }

    [Fact]
    public async Task A_reader_that_is_killed_leaves_a_group_without_programs_which_the_next_one_takes_over()
    {
        TrafficChild.NeedsCounting();
        using var child = await TrafficChild.StartAsync();
        var before = CgroupPlace.Of(child.Id);
        using (var reader = Start([.. Frequent, "--cgroup", $"{child.Id}"]))
        {
            _ = await ReadAsync(reader);
            Assert.True(Attached(child.Id) > 0);
            Assert.Equal(0, LibC.Signal(reader.Id, Kill));
            await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // The kernel takes them away a moment after the end of the reader.
        using var patience = new CancellationTokenSource(ProbeProgram.Patience);
        while (Attached(child.Id) > 0)
            await Task.Delay(20, patience.Token);
        Assert.NotEqual(before, CgroupPlace.Of(child.Id));
        using (var counter = CgroupCounter.Start(child.Id))
        {
            Assert.Equal("OK", await child.AskAsync("datagrams 4 2 10 0"));
            Assert.Equal(2, counter.Read().Loopback!.PacketsOut);
        }

        Assert.Equal(before, CgroupPlace.Of(child.Id));
        Assert.False(Directory.Exists(CgroupCounterTests.Group(child.Id)));
    }

    [Fact]
    public async Task An_ordinary_user_sees_that_a_worker_is_confined_and_what_can_t_be_seen_is_null()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "becoming another user needs root and setpriv");
        using var worker = ProbeProgram.Start();
        Assert.Equal("hello", await worker.AskAsync("hello"));
        using var reader = Start([.. Frequent, "--cgroup", "--count", "1", $"{worker.Id}"], asNobody: true);
        var seen = await ReadAsync(reader);
        Assert.Equal(Number(seen, "threads"), Number(seen, "confined_threads"));
        Assert.All((string[])["network_sockets", "sockets", "connects"], name => Assert.Equal(JsonValueKind.Null, seen.GetProperty(name).ValueKind));
        Assert.Contains("CAP_BPF", seen.GetProperty("not_counted").GetString(), StringComparison.Ordinal);
        if (seen.GetProperty("network").GetString() == "shared")
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("bytes_out").ValueKind);
        else
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("complete").ValueKind);
    }

    [Fact]
    public async Task Without_a_terminal_each_look_is_a_block_of_plain_text()
    {
        using var child = await TrafficChild.StartAsync();
        using var cli = new CliRun();
        Assert.Equal(0, await cli.RunAsync("status", "--watch", "--count", "2", "--interval", "0.1", $"{child.Id}"));
        Assert.Equal(2, cli.Output.Split("PID").Length - 1);
        Assert.DoesNotContain('\e', cli.Output);
    }

    [Theory]
    [InlineData("xterm", true)]
    [InlineData("dumb", false)]
    public async Task A_terminal_gets_a_table_that_is_painted_over_unless_it_can_t_do_that(string kind, bool live)
    {
        using var child = await TrafficChild.StartAsync();
        Assert.Equal("OK", await child.AskAsync("name hearth\\e[31m"));
        using var cli = new CliRun { Terminals = true };
        cli.Environment["TERM"] = kind;
        cli.Environment["NO_COLOR"] = "1";
        Assert.Equal(0, await cli.RunAsync("status", "--watch", "--count", "2", "--interval", "0.1", $"{child.Id}"));
        Assert.Equal(live, cli.Output.Contains("\e[K", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\e\[[0-9;]*m", cli.Output);
    }

    [Theory]
    [InlineData(2, "12")]
    [InlineData(2, "--cgroup")]
    [InlineData(2, "--interval", "2")]
    [InlineData(2, "--count", "2")]
    [InlineData(2, "--watch", "x")]
    [InlineData(2, "--watch", "--interval", "0")]
    [InlineData(1, "--watch", "2147483647")]
    public async Task What_cannot_be_watched_is_refused(int code, params string[] words)
    {
        using var cli = new CliRun();
        Assert.Equal(code, await cli.RunAsync(["status", .. words]));
        Assert.Contains("to do: ", cli.Error, StringComparison.Ordinal);
    }

    static int Attached(int process)
    {
        using var group = new Microsoft.Win32.SafeHandles.SafeFileHandle(LibC.Open(CgroupCounterTests.Group(process), LibC.CloseOnExec), ownsHandle: true);
        return Bpf.Attached(group, CountingProgram.Egress);
    }

    static Process Start(string[] words, bool asNobody = false)
    {
        string[] become = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        string[] line = [.. become, Repository.At("artifacts", "bin", "Hearth.Cli", "release", "hearth"), .. words];
        return Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true })!;
    }

    static async Task EndedAsync(Process reader, int code)
    {
        await reader.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(ProbeProgram.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(code, reader.ExitCode);
    }

    static Task<string?> ReadLineAsync(Process reader)
        => reader.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(ProbeProgram.Patience, TestContext.Current.CancellationToken);

    /// <summary>The only process of the next look.</summary>
    static async Task<JsonElement> ReadAsync(Process reader)
    {
        using var frame = JsonDocument.Parse((await ReadLineAsync(reader))!);
        return Assert.Single(frame.RootElement.GetProperty("processes").EnumerateArray()).Clone();
    }

    static async Task<JsonElement> ReadUntilAsync(Process reader, Func<JsonElement, bool> reached)
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            var seen = await ReadAsync(reader);
            if (reached(seen))
                return seen;
            Assert.True(deadline.Elapsed < ProbeProgram.Patience, $"Last seen: {seen}");
        }
    }

    static int Number(JsonElement process, string name) => process.GetProperty(name).GetInt32();
}
