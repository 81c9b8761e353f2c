using Hearth.Confinement.Egress;

namespace Hearth.Tests.Confinement.Egress;

/// <summary>Sockets and threads of children, as they are seen from this process.</summary>
public sealed class ObservationTests
{
    [Fact]
    public async Task An_unconfined_child_is_seen_with_its_socket_and_without_restrictions()
    {
        using var child = await TrafficChild.StartAsync();
        Assert.Equal("OK", await child.AskAsync("hold"));
        var sockets = HeldSockets.Of(child.Id)!;
        Assert.Equal((1, 1), (sockets.Network, sockets.ByProtocol["UDP"]));
        var threads = ThreadRestrictions.Of(child.Id)!;
        Assert.True(threads.Threads > 1, $"{threads}");
        Assert.Equal(0, threads.Confined);
    }

    [Fact]
    public async Task A_confined_worker_is_seen_with_its_link_only_and_with_every_thread_restricted()
    {
        using var worker = ProbeProgram.Start();
        Assert.Equal("thread pool await timer finalizer pthread", await worker.AskAsync("threads"));
        var threads = ThreadRestrictions.Of(worker.Id)!;
        Assert.True(threads.Threads > 1, $"{threads}");
        Assert.Equal((threads.Threads, threads.Threads, threads.Threads), (threads.Confined, threads.NoNewPrivileges, threads.Filtered));
        // An undumpable process shows its descriptors to root only.
        if (Environment.UserName == "root")
            Assert.Equal([new("UNIX-STREAM", 1)], HeldSockets.Of(worker.Id)!.ByProtocol);
        else
            Assert.Null(HeldSockets.Of(worker.Id));
    }

    [Fact]
    public async Task A_child_with_a_misleading_name_is_found_with_its_parent_and_its_program()
    {
        using var child = await TrafficChild.StartAsync();
        Assert.Equal("OK", await child.AskAsync("name a) S 1 1 (\\e[2J"));
        Assert.Contains("\e[2J", ProcFile.Read(child.Id, "stat"), StringComparison.Ordinal);
        var found = RunningProcess.Find(child.Id)!;
        Assert.Equal((Environment.ProcessId, "Hearth.ConfinementProbe"), (found.Parent, found.Program));
        Assert.Contains(found, RunningProcess.All());
    }

    [Fact]
    public void What_is_gone_is_unknown()
    {
        Assert.Null(HeldSockets.Of(int.MaxValue));
        Assert.Null(ThreadRestrictions.Of(int.MaxValue));
        Assert.Null(RunningProcess.Find(int.MaxValue));
    }
}
