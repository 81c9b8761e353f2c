using Hearth.Confinement;
using Hearth.Confinement.Linux;

namespace Hearth.Tests.Confinement.Linux;

/// <summary>From a kernel's answers to what is enforced: the kernels that aren't here are simulated.</summary>
public sealed class MechanismsTests
{
    const int NotThere = -Errno.NoSystemCall;

    [Theory]
    [InlineData(7, 0, 0, "")]
    [InlineData(12, 0, 0, "")]
    [InlineData(4, 0, 0, "")]
    [InlineData(3, 0, 0, "landlock tcp")]
    [InlineData(2, 0, 0, "landlock files, landlock tcp")]
    [InlineData(NotThere, 0, 0, "landlock files, landlock tcp")]
    [InlineData(-Errno.NotSupported, 0, 0, "landlock files, landlock tcp")]
    [InlineData(7, NotThere, 0, "no new privileges, seccomp")]
    [InlineData(7, 0, NotThere, "descriptors")]
    public void What_a_kernel_lacks_is_named(int landlock, int seccomp, int descriptors, string missing)
    {
        var report = Mechanisms.Describe(new(landlock, seccomp, descriptors, 0, 0));
        Assert.Equal(missing, string.Join(", ", report.Mechanisms.Where(m => m.Required && !m.Enforced).Select(m => m.Name)));
        Assert.Equal(missing.Length == 0, report.Confined);
        Assert.Equal(Mechanisms.Names, report.Mechanisms.Select(m => m.Name));
        Assert.All(report.Mechanisms, m => Assert.Equal(!m.Enforced, m.Detail.StartsWith("not enforced", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_reason_tells_switched_off_from_forbidden_from_too_old()
    {
        string Files(int landlock) => Mechanisms.Describe(new(landlock, 0, 0, 0, 0)).Mechanisms.Single(m => m.Name == "landlock files").Detail;
        Assert.Contains("lsm=", Files(-Errno.NotSupported), StringComparison.Ordinal);
        Assert.Contains("container", Files(-Errno.NotPermitted), StringComparison.Ordinal);
        Assert.Contains("doesn't offer it", Files(NotThere), StringComparison.Ordinal);
        Assert.Contains("has ABI 2", Files(2), StringComparison.Ordinal);
    }

    [Fact]
    public void Signals_to_others_are_reported_but_not_required()
    {
        var scope = Mechanisms.Describe(new(4, 0, 0, 0, 0)).Mechanisms.Single(m => m.Name == "landlock scope");
        Assert.False(scope.Enforced || scope.Required);
        Assert.True(Mechanisms.Describe(new(6, 0, 0, 0, 0)).Mechanisms.Single(m => m.Name == "landlock scope").Enforced);
    }

    [Fact]
    public void A_network_of_its_own_and_a_tripwire_are_reported_but_not_required()
    {
        var report = Mechanisms.Describe(new(7, 0, 0, -Errno.NotPermitted, -Errno.Busy));
        Assert.True(report.Confined, report.Gaps);
        Assert.Contains("only root", report.Mechanisms.Single(m => m.Name == "network namespace").Detail, StringComparison.Ordinal);
        Assert.Contains("not counted", report.Mechanisms.Single(m => m.Name == "tripwire").Detail, StringComparison.Ordinal);
        Assert.All(report.Mechanisms, m => Assert.Equal(!m.Enforced, m.Detail.StartsWith("not enforced", StringComparison.Ordinal)));
    }

    [Fact]
    public void Too_many_networks_are_not_an_old_kernel()
    {
        var network = Mechanisms.Describe(new(7, 0, 0, -Errno.NoSpace, 0)).Mechanisms.Single(m => m.Name == "network namespace");
        Assert.False(network.Enforced);
        Assert.Contains("user.max_net_namespaces", network.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_a_start_can_tell_is_taken_from_the_start_and_the_rest_from_before()
    {
        var before = Mechanisms.Describe(new(5, 0, NotThere, 0, 0));
        var started = Mechanisms.Of(before, network: -Errno.NotPermitted, tripwire: 0);
        Assert.Equal(before.Mechanisms.Select(m => (m.Name, m.Enforced && m.Name != "network namespace")), started.Mechanisms.Select(m => (m.Name, m.Enforced)));
        Assert.True(Mechanisms.Of(before, network: 0, tripwire: -Errno.Busy).Mechanisms.Single(m => m.Name == "network namespace").Enforced);
        Assert.Contains("not counted", Mechanisms.Of(before, network: 0, tripwire: -Errno.Busy).Mechanisms.Single(m => m.Name == "tripwire").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_abi_that_is_newer_than_this_program_is_told()
    {
        var detail = Mechanisms.Describe(new(12, 0, 0, 0, 0)).Mechanisms.Single(m => m.Name == "landlock files").Detail;
        Assert.Contains("ABI 12, of which this program uses what ABI 7 has", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void This_machine_answers_for_every_mechanism()
        => Assert.Equal(Mechanisms.Names, ConfinementSupport.Probe().Mechanisms.Select(m => m.Name));

    [Theory]
    [InlineData(1, 0x1fff)]
    [InlineData(2, 0x3fff)]
    [InlineData(3, 0x7fff)]
    [InlineData(4, 0x7fff)]
    [InlineData(5, 0xffff)]
    [InlineData(7, 0xffff)]
    public void Each_abi_denies_all_rights_over_files_it_knows(int abi, ulong rights) => Assert.Equal(rights, Landlock.AllFileRights(abi));

    [Theory]
    [InlineData(PathAccess.Read, false, 0x4)]
    [InlineData(PathAccess.Read, true, 0xc)]
    [InlineData(PathAccess.ReadExecute, false, 0x5)]
    [InlineData(PathAccess.ReadExecute, true, 0xd)]
    [InlineData(PathAccess.ReadWrite, false, 0xc006)]
    [InlineData(PathAccess.ReadWrite, true, 0xfffe)]
    public void An_access_means_these_rights(PathAccess access, bool folder, ulong rights) => Assert.Equal(rights, Landlock.Rights(access, folder, 0xffff));
}
