using Hearth.Confinement.Egress;

namespace Hearth.Tests.Confinement.Egress;

public sealed class TrafficSnapshotTests
{
    [Fact]
    public void The_methods_have_values_and_names_that_stay() => Assert.Equal(
        ["0 unknown", "1 netns", "2 cgroup-ebpf", "3 machine"], Enum.GetValues<CountingMethod>().Select(method => $"{(int)method} {method.Name()}"));

    [Fact]
    public void A_difference_needs_two_figures_of_one_counter()
    {
        var early = Snapshot(100);
        Assert.Equal(new Traffic(50, 0, 0, 0), Snapshot(150).Since(early).Beyond);
        Assert.Null(Snapshot(99).Since(early).Beyond);
        Assert.Null((Snapshot(150) with { ProcessId = 2 }).Since(early).Beyond);
        Assert.Null((Snapshot(150) with { Source = (1, 2) }).Since(early).Beyond);
        Assert.Null((Snapshot(150) with { Method = CountingMethod.Machine }).Since(early).Beyond);
        Assert.Null(TrafficSnapshot.Unknown(1, "why").Since(early).Beyond);
        Assert.Equal("why", early.Since(TrafficSnapshot.Unknown(1, "why")).Detail);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(null, true, null)]
    [InlineData(null, false, false)]
    public void A_difference_is_complete_only_if_both_are(bool? one, bool? two, bool? both)
        => Assert.Equal(both, (Snapshot(2) with { Complete = one }).Since(Snapshot(1) with { Complete = two }).Complete);

    static TrafficSnapshot Snapshot(long sent) => new()
    {
        ProcessId = 1,
        Method = CountingMethod.CgroupEbpf,
        Loopback = Traffic.None,
        Beyond = new(sent, 0, 0, 0),
        Complete = true,
        Detail = "",
        Source = (1, 1),
    };
}
