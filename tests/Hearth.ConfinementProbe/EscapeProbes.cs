using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hearth.ConfinementProbe;

/// <summary>What a probe aims at.</summary>
/// <param name="TcpPort">A listener on loopback.</param>
/// <param name="Folder">A folder of the user's, with <c>secret.txt</c>, writable by the user.</param>
/// <param name="Victim">Another process of the user's.</param>
/// <param name="VictimAddress">A readable address in it.</param>
sealed record Targets(int TcpPort, string Folder, int Victim, long VictimAddress)
{
    internal string Secret => Path.Combine(Folder, "secret.txt");

    internal string[] ToArguments() => [$"{TcpPort}", Folder, $"{Victim}", $"{VictimAddress}"];

    internal static Targets From(string[] a) => new(int.Parse(a[0], null), a[1], int.Parse(a[2], null), long.Parse(a[3], null));
}

/// <summary>Attempts to leave the jail. Each answers "OK" if it succeeded, otherwise how it was refused.</summary>
static unsafe class EscapeProbes
{
    static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Cheap ones, for every kind of thread.</summary>
    internal static Dictionary<string, string> Quick(Targets t) => new()
    {
        ["socket inet"] = LibC.Opened(LibC.Socket(2, 1, 0)),
        ["socket inet6"] = LibC.Opened(LibC.Socket(10, 1, 0)),
        ["socket unix"] = LibC.Opened(LibC.Socket(1, 1, 0)),
        ["socket netlink"] = LibC.Opened(LibC.Socket(16, 3, 0)),
        ["tcp connect"] = Managed(() => { using var c = new TcpClient(); c.Connect(IPAddress.Loopback, t.TcpPort); }),
        ["read /etc/passwd"] = LibC.Opened(LibC.Open("/etc/passwd", 0)),
        ["read secret"] = LibC.Opened(LibC.Open(t.Secret, 0)),
    };

    /// <summary>All of them; some change the target, so they run once.</summary>
    internal static Dictionary<string, string> All(Targets t)
    {
        var results = Quick(t);
        Sockets(results, t);
        Files(results, t);
        Processes(results, t);
        Kernel(results);
        return results;
    }

    static void Sockets(Dictionary<string, string> r, Targets t)
    {
        r["udp send"] = Managed(() => { using var u = new UdpClient(); u.Send([1], 1, new IPEndPoint(IPAddress.Loopback, t.TcpPort)); });
        r["unix connect"] = Managed(() =>
        {
            using var c = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            c.Connect(new UnixDomainSocketEndPoint(Path.Combine(t.Folder, "listener.sock")));
        });
        var pair = stackalloc int[2];
        r["socketpair"] = LibC.Outcome(LibC.SocketPair(1, 1, 0, pair));
        var address = stackalloc byte[16];
        (address[0], address[2], address[3], address[4], address[7]) = (2, (byte)(t.TcpPort >> 8), (byte)(t.TcpPort & 0xff), 127, 1);
        // A socket pair is connected already, so even the control run is refused here: that the filter sees the call shows in the error.
        r["connect on the link"] = LibC.Outcome(LibC.Connect(3, address, 16));
        var message = stackalloc byte[56];
        new Span<byte>(message, 56).Clear();
        const int dontWait = 0x40;
        var received = LibC.ReceiveMessage(3, message, dontWait);
        r["recvmsg on the link"] = received < 0 && Marshal.GetLastPInvokeError() == 11 ? "OK" : LibC.Outcome(received);
        var interfaces = stackalloc byte[64];
        new Span<byte>(interfaces, 64).Clear();
        r["list interfaces on the link"] = LibC.Outcome(LibC.DeviceControl(3, 0x8912, interfaces));
    }

    static void Files(Dictionary<string, string> r, Targets t)
    {
        const int create = 0x41, write = 1;
        var link = Path.Combine(t.Folder, "link");
        r["read through a symbolic link"] = LibC.Opened(LibC.Open(link, 0));
        r["list the user's folder"] = Managed(() => Directory.GetFiles(t.Folder));
        r["list /"] = Managed(() => Directory.GetFiles("/"));
        r["create in the user's folder"] = LibC.Opened(LibC.Open(Path.Combine(t.Folder, "new"), create, 0x180));
        r["create in /tmp"] = LibC.Opened(LibC.Open($"/tmp/hearth-probe-{LibC.Self()}", create, 0x180));
        _ = LibC.Unlink($"/tmp/hearth-probe-{LibC.Self()}");
        r["create in /dev/shm"] = LibC.Opened(LibC.Open($"/dev/shm/hearth-probe-{LibC.Self()}", create, 0x180));
        _ = LibC.Unlink($"/dev/shm/hearth-probe-{LibC.Self()}");
        r["open the secret for writing"] = LibC.Opened(LibC.Open(t.Secret, write));
        r["change the secret's mode"] = LibC.Outcome(LibC.ChangeMode(t.Secret, 0x1a4));
        r["truncate by path"] = LibC.Outcome(LibC.Truncate(Path.Combine(t.Folder, "truncate-me"), 0));
        r["remove a file"] = LibC.Outcome(LibC.Unlink(Path.Combine(t.Folder, "remove-me")));
        r["watch a folder"] = Managed(() => { using var w = new FileSystemWatcher(t.Folder) { EnableRaisingEvents = true }; });
        r["write the own program"] = LibC.Opened(LibC.Open(Path.Combine(AppContext.BaseDirectory, $"probe-{LibC.Self()}"), create, 0x180));
        _ = LibC.Unlink(Path.Combine(AppContext.BaseDirectory, $"probe-{LibC.Self()}"));
    }

    static void Processes(Dictionary<string, string> r, Targets t)
    {
        const int seize = 0x4206, openFileLimit = 7;
        r["run /bin/true"] = Managed(() => { using var p = Process.Start("/bin/true"); p.WaitForExit(); });
        r["read the victim's memory file"] = LibC.Opened(LibC.Open($"/proc/{t.Victim}/mem", 0));
        r["read the victim's environment"] = LibC.Opened(LibC.Open($"/proc/{t.Victim}/environ", 0));
        r["read the host's environment"] = LibC.Opened(LibC.Open($"/proc/{LibC.Parent()}/environ", 0));
        nint local = 0;
        var here = stackalloc nint[] { (nint)(&local), sizeof(long) };
        var there = stackalloc nint[] { (nint)t.VictimAddress, sizeof(long) };
        r["process_vm_readv"] = LibC.Outcome(LibC.ReadMemory(t.Victim, here, 1, there, 1, 0));
        var handle = LibC.SystemCall(434, t.Victim, 0);
        r["pidfd_open"] = LibC.Outcome(handle);
        r["pidfd_getfd"] = handle < 0 ? LibC.Outcome(handle) : LibC.Opened(LibC.SystemCall(438, handle, 0, 0));
        r["signal the victim"] = LibC.Outcome(LibC.Signal(t.Victim, 0));
        var limits = stackalloc ulong[] { 0, 0 };
        r["read the victim's limits"] = LibC.Outcome(LibC.Limit(t.Victim, openFileLimit, null, limits));
        r["ptrace"] = LibC.Outcome(LibC.SystemCall(Arm ? 117 : 101, seize, t.Victim));
    }

    static void Kernel(Dictionary<string, string> r)
    {
        const int newNetwork = 0x40000000, newUser = 0x10000000;
        var block = stackalloc byte[256];
        new Span<byte>(block, 256).Clear();
        r["io_uring_setup"] = LibC.Opened(LibC.SystemCall(425, 4, (nint)block));
        new Span<byte>(block, 256).Clear();
        (block[0], block[4], block[8], block[12]) = (2, 4, 4, 1);
        r["bpf"] = LibC.Opened(LibC.SystemCall(Arm ? 280 : 321, 0, (nint)block, 48));
        r["userfaultfd"] = LibC.Opened(LibC.SystemCall(Arm ? 282 : 323, 1));
        r["keyctl"] = LibC.Outcome(LibC.SystemCall(Arm ? 219 : 250, 0, -3, 0));
        r["shmget"] = LibC.Outcome(LibC.SystemCall(Arm ? 194 : 29, 0, 4096, 0x180));
        // Namespaces belong to a thread, except a user namespace, which needs a process of one thread: .NET never is one.
        r["unshare network"] = ThreadKinds.OnThread(() => LibC.Outcome(LibC.Unshare(newNetwork)));
        r["unshare user"] = ThreadKinds.OnThread(() => LibC.Outcome(LibC.Unshare(newUser)));
        r["read /proc/meminfo (allowed)"] = LibC.Opened(LibC.Open("/proc/meminfo", 0));
        r["start a thread (allowed)"] = ThreadKinds.OnThread(() => "OK");
    }

    static string Managed(Action attempt)
    {
        try
        {
            attempt();
            return "OK";
        }
        catch (Exception e)
        {
            return e.GetBaseException().GetType().Name;
        }
    }
}
