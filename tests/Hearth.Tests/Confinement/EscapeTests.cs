using System.Globalization;
using System.Text.Json;

namespace Hearth.Tests.Confinement;

/// <summary>Attempts to leave the jail, from every kind of thread, beside a control run of the same attempts without it.</summary>
public sealed class EscapeTests
{
    const string Allowed = "(allowed)";

    /// <summary>Attempts that fail without us too, so that their denial shows nothing: a connected socket pair can't connect again, and a user
    /// namespace needs a process with one thread.</summary>
    static readonly string[] NotDiscriminating = ["main: connect on the link", "main: unshare user"];

    /// <summary>The same for an ordinary user: these need root.</summary>
    static readonly string[] NotDiscriminatingForUsers = ["main: bpf", "main: unshare network", "main: write the own program"];

    [Fact]
    public Task What_works_without_the_jail_is_denied_inside_it() => CheckAsync(asNobody: false, NotDiscriminating);

    [Fact]
    public Task The_jail_holds_for_an_ordinary_user_too()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "becoming another user needs root and setpriv");
        return CheckAsync(asNobody: true, [.. NotDiscriminating, .. NotDiscriminatingForUsers]);
    }

    static async Task CheckAsync(bool asNobody, string[] notDiscriminating)
    {
        var (output, errors) = await ProbeProgram.RunAsync(["suite"], asNobody);
        Assert.True(output.Length > 0, errors);
        var results = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(output)!;
        var (confined, control) = (results["confined"], results["control"]);

        Assert.Equal(control.Keys.Order(), confined.Keys.Order());
        Assert.True(control.Count > 70, $"{control.Count} probes ran.");
        Assert.DoesNotContain(control, p => p.Value != "OK" && !notDiscriminating.Concat(Tolerated()).Contains(p.Key));
        Assert.DoesNotContain(confined, p => p.Value == "OK" && !p.Key.EndsWith(Allowed, StringComparison.Ordinal));
        Assert.All(confined.Where(p => p.Key.EndsWith(Allowed, StringComparison.Ordinal)), p => Assert.Equal("OK", p.Value));
    }

    /// <summary>Attempts that an administrator, or a container around the tests, may deny to everybody; without either, all must succeed in the control run.</summary>
    static string[] Tolerated() => Unhindered()
        ? []
        :
        [
            "main: bpf", "main: io_uring_setup", "main: keyctl", "main: pidfd_getfd", "main: process_vm_readv", "main: ptrace", "main: unshare network",
            "main: userfaultfd", "main: read the victim's memory file", "main: write the own program",
        ];

    static bool Unhindered()
    {
        const ulong systemAdministrator = 1UL << 21;
        var capabilities = ulong.Parse(ProbeProgram.Status("/proc/self", "CapEff"), NumberStyles.HexNumber, null);
        return ProbeProgram.Status("/proc/self", "Seccomp") == "0" && (capabilities & systemAdministrator) != 0;
    }
}
