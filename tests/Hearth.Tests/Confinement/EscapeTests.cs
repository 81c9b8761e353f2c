using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hearth.Tests.Support;

namespace Hearth.Tests.Confinement;

/// <summary>The escape suite as everybody runs it, <c>hearth verify confinement</c>, with the worker that was built here.</summary>
public sealed class EscapeTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    /// <summary>Attempts that may fail without us too: what a kernel or a machine needn't have, and what the kernel refuses everybody.</summary>
    static readonly string[] NotEverywhere =
    [
        "socket inet6", "socket udp6", "socket mptcp", "socket ping", "socket packet", "socket netlink sock_diag", "socket vsock", "socket alg", "socket bluetooth", "socket can",
        "socket xdp", "socket smc", "socket rds", "socket tipc", "socket rxrpc", "socket kcm", "socket qipcrtr", "socket nfc", "connect on the link",
        "open a camera", "open a sound device", "open a keyboard", "open a graphics device", "open a disk", "open /dev/mem", "open /dev/kmsg", "open /dev/kvm", "open /dev/net/tun",
        "open /dev/fuse", "open /dev/userfaultfd", "read /etc/machine-id", "read /etc/resolv.conf", "change the extended attributes of a file",
        "call the kernel as 32-bit code (int 0x80)", "call the kernel as x32 code", "io_uring_setup", "modify_ldt", "set flags of the model file (ioctl)", "init_module", "write /proc/sysrq-trigger", "write to a control group",
        "read /sys/class/dmi/id/product_name", "list /sys/bus/usb/devices", "list /boot", "open the terminal of the user",
    ];

    /// <summary>The same for an ordinary user: these need root, the last one because the host is undumpable.</summary>
    static readonly string[] NotForUsers =
    [
        "socket raw", "write beside the own program", "open_by_handle_at", "bpf", "perf_event_open", "syslog", "write a setting of the kernel", "unshare the network", "unshare mounts",
        "unshare users", "mount", "umount2", "pivot_root", "fsopen", "open_tree", "list /var/log", "fanotify_init", "read the environment of the host",
    ];

    [Fact]
    public Task What_works_without_the_jail_is_denied_inside_it() => CheckAsync(asNobody: false);

    [Fact]
    public Task The_jail_holds_for_an_ordinary_user_too()
    {
        Assert.SkipUnless(CanBecomeNobody, "becoming another user needs root and setpriv");
        return CheckAsync(asNobody: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_jail_of_the_native_worker_holds(bool asNobody)
    {
        var native = Environment.GetEnvironmentVariable("HEARTH_NATIVE_WORKER");
        Assert.SkipUnless(native is not null, "no native worker was published");
        Assert.SkipUnless(CanBecomeNobody || !asNobody, "becoming another user needs root and setpriv");
        using var folder = new TemporaryFolder();
        await CheckAsync(asNobody, Install(folder.Path, Path.GetDirectoryName(native)!));
    }

    static bool CanBecomeNobody => Environment.UserName == "root" && File.Exists("/usr/bin/setpriv");

    /// <summary>Our program with a native worker and its probe beside it, as they are installed; the path of the program.</summary>
    static string Install(string folder, string native)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0x1ed);
        var built = Path.GetDirectoryName(Built)!;
        // A program that is a link looks for its worker where the link leads.
        string[] copied = [Built, Built + ".dll", Path.Combine(native, "hearth-worker"), Path.Combine(native, "hearth-probe")];
        foreach (var file in copied)
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (var entry in Directory.GetFileSystemEntries(built).Except(copied))
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(entry)), entry);
        return Path.Combine(folder, Path.GetFileName(Built));
    }

    static string Built { get; } = Repository.At("artifacts", "bin", "Hearth.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "hearth");

    /// <param name="asNobody">True: as a user who owns nothing.</param>
    /// <param name="installed">The program, with a native worker beside it; null: as it was built, with a managed one.</param>
    static async Task CheckAsync(bool asNobody, string? installed = null)
    {
        string[] notDiscriminating = [.. NotEverywhere, .. asNobody ? NotForUsers : []];
        var (code, output, errors) = await RunAsync(asNobody, installed ?? Built);
        Assert.True(output.Length > 0, errors);
        using var document = JsonDocument.Parse(output);
        var result = document.RootElement;
        var attempts = result.GetProperty("attempts").EnumerateArray().ToDictionary(a => a.GetProperty("name").GetString()!);

        Assert.Equal([], Names("not_denied"));
        Assert.Equal([], Names("not_discriminating").Except([.. notDiscriminating, .. Tolerated()]));
        Assert.True(Names("denied").Length > 100, $"{Names("denied").Length} attempts were denied.");
        Assert.True(result.GetProperty("passed").GetBoolean());
        Assert.Equal(0, code);
        Assert.Equal(installed is null ? "managed" : "native", result.GetProperty("machine").GetProperty("worker").GetString());
        Assert.Equal(asNobody ? "nobody" : Environment.UserName, result.GetProperty("machine").GetProperty("user").GetString());

        // Every socket is one, from every thread.
        if (result.GetProperty("denied_calls") is { ValueKind: JsonValueKind.Number } calls)
            Assert.InRange(calls.GetInt64(), 7 * attempts.Keys.Count(name => name.StartsWith("socket", StringComparison.Ordinal)), 10_000);

        // It was a jail and not a broken probe: what a worker needs is there.
        Assert.All(installed is null ? ["start a thread", "read /proc/meminfo"] : (string[])["start a thread"], name => Assert.Contains(name, Names("allowed")));
        Assert.Equal((installed is null ? "" : "loading ") + "main thread pool await timer finalizer pthread", string.Join(' ', attempts["TcpClient"].GetProperty("threads").EnumerateObject().Select(t => t.Name)));
        if (attempts["call the kernel as 32-bit code (int 0x80)"] is var foreign && foreign.GetProperty("verdict").GetString() == "denied")
            Assert.StartsWith("signal 31", foreign.GetProperty("threads").GetProperty("main").GetProperty("confined").GetString(), StringComparison.Ordinal);

        string[] Names(string verdict) => [.. attempts.Where(a => a.Value.GetProperty("verdict").GetString() == verdict).Select(a => a.Key)];
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(bool asNobody, string program)
    {
        string[] become = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        string[] line = [.. become, program, "verify", "confinement", "--json"];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var folder = new TemporaryFolder();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Path, (UnixFileMode)0x1ff);
        (start.Environment["HOME"], start.Environment["TMPDIR"]) = ("/nonexistent", folder.Path);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token).WaitAsync(ProbeProgram.Patience, Token);
        await process.WaitForExitAsync(Token);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Attempts that an administrator, or a container around the tests, may deny to everybody; without either, all must succeed in the control run.</summary>
    static string[] Tolerated() => Unhindered()
        ? []
        :
        [
            .. NotForUsers, "keyctl", "add_key", "pidfd_getfd", "process_vm_readv", "process_vm_writev", "ptrace", "kcmp", "move_pages", "userfaultfd", "personality",
            "open the memory of another process", "open the memory of another process to write", "clone in new namespaces", "process_madvise", "process_mrelease", "listmount", "setns",
        ];

    static bool Unhindered()
    {
        const ulong systemAdministrator = 1UL << 21;
        var capabilities = ulong.Parse(ProbeProgram.Status("/proc/self", "CapEff"), NumberStyles.HexNumber, null);
        return ProbeProgram.Status("/proc/self", "Seccomp") == "0" && (capabilities & systemAdministrator) != 0;
    }
}
