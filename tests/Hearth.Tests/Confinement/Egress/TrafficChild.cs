using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hearth.Confinement;
using Hearth.Confinement.Egress;

namespace Hearth.Tests.Confinement.Egress;

/// <summary>A child that sends over the loopback interface what it is told to; nothing restricts it.</summary>
sealed class TrafficChild : IDisposable
{
    const string NoNamespace = "a network namespace of its own needs root and unshare";
    const string NoCounting = "counting in a control group needs root, CAP_BPF and a writable cgroup of version 2";

    static readonly Lazy<bool> Namespaces = new(() => Environment.UserName == "root" && File.Exists("/usr/bin/unshare") && RunsUnshared());
    static readonly Lazy<bool> Counting = new(CanCount);

    readonly Process _process;

    TrafficChild(Process process) => _process = process;

    internal int Id => _process.Id;

    /// <summary>Starts one in our own network namespace.</summary>
    internal static Task<TrafficChild> StartAsync() => StartAsync([]);

    /// <summary>Starts one in a network namespace of its own, whose loopback interface is up.</summary>
    internal static async Task<TrafficChild> StartUnsharedAsync()
    {
        Assert.SkipUnless(Namespaces.Value, NoNamespace);
        var child = await StartAsync(["unshare", "--net", "--"]);
        Assert.Equal("OK", await child.AskAsync("up"));
        return child;
    }

    internal static void NeedsCounting() => Assert.SkipUnless(Counting.Value, NoCounting);

    /// <summary>One command, one answer.</summary>
    internal async Task<string?> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        return await ReadAsync(_process);
    }

    internal async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(ProbeProgram.Patience, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>A socket of ours to which datagrams can be sent.</summary>
    internal static (Socket Socket, int Port) Receiver(AddressFamily family = AddressFamily.InterNetwork)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        return (socket, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    static async Task<TrafficChild> StartAsync(string[] before)
    {
        string[] line = [.. before, ProbeProgram.Executable, "traffic"];
        var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("ready True True", await ReadAsync(process));
        return new(process);
    }

    static Task<string?> ReadAsync(Process process)
        => process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(ProbeProgram.Patience, TestContext.Current.CancellationToken);

    static bool RunsUnshared()
    {
        using var process = Process.Start(new ProcessStartInfo("unshare", ["--net", "--", "true"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    static bool CanCount()
    {
        if (CgroupPlace.Mount() is not { } mount || CgroupPlace.Of(Environment.ProcessId) is not { } place)
            return false;
        try
        {
            using var map = Bpf.Map(1);
            var group = Directory.CreateDirectory($"{mount}{CgroupCounter.Home(place)}/hearth-test-{Environment.ProcessId}");
            group.Delete();
            return true;
        }
        catch (Exception e) when (e is ConfinementException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
