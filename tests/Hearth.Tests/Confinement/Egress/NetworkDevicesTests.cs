using CsCheck;
using Hearth.Confinement.Egress;

namespace Hearth.Tests.Confinement.Egress;

/// <summary>The file of interfaces, whose every line counts: what can't be read makes the sum unknown, never smaller.</summary>
public sealed class NetworkDevicesTests
{
    const string Headings = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

        """;

    const string Loopback = "    lo:  100       1    0    0    0     0          0         0      200       2    0    0    0     0       0          0\n";
    const string Card = "  eth0: 3000      30    0    0    0     0          0         7     5000      50    0    0    0     0       0          0\n";

    [Fact]
    public void The_first_two_numbers_of_each_half_are_what_came_in_and_what_went_out()
    {
        var devices = NetworkDevices.Parse(Headings + Loopback + Card)!;
        Assert.Equal(new Traffic(BytesOut: 200, PacketsOut: 2, BytesIn: 100, PacketsIn: 1), devices["lo"]);
        Assert.Equal(new Traffic(BytesOut: 5000, PacketsOut: 50, BytesIn: 3000, PacketsIn: 30), NetworkDevices.Beyond(devices));
    }

    [Fact]
    public void Names_may_be_odd_and_numbers_may_touch_the_colon()
    {
        var devices = NetworkDevices.Parse(Headings + Loopback + "e\u001b[31m|):1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n" + Card)!;
        Assert.Equal(new Traffic(3, 4, 1, 2), devices["e\u001b[31m|)"]);
        Assert.Equal(new Traffic(5003, 54, 3001, 32), NetworkDevices.Beyond(devices));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  eth0: 3000 30 0 0 0 0 0 7 5000 50 0 0 0 0 0\n")]
    [InlineData("  eth0: 3000 30 0 0 0 0 0 7 5000 50 0 0 0 0 0 0 0\n")]
    [InlineData("  eth0: -1 30 0 0 0 0 0 7 5000 50 0 0 0 0 0 0\n")]
    [InlineData("  eth0: 3000 30 0 0 0 0 0 7 18446744073709551615 50 0 0 0 0 0 0\n")]
    [InlineData("  eth0 3000 30 0 0 0 0 0 7 5000 50 0 0 0 0 0 0\n")]
    [InlineData("    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n")]
    public void One_line_of_another_form_makes_all_of_it_unknown(string line)
        => Assert.Null(NetworkDevices.Parse(line.Length == 0 ? Headings + Card : Headings + Loopback + line));

    [Fact]
    public void Whatever_stands_there_is_refused_or_read_but_never_believed_without_a_loopback_interface()
        => Gen.String[Gen.Char[" \n:0123456789|lo-e\t\u001b"], 0, 300].Sample(text =>
        {
            var devices = NetworkDevices.Parse(Headings + text);
            Assert.True(devices is null || devices.ContainsKey("lo"));
        });

    [Fact]
    public void An_interface_that_is_new_counts_whole_and_one_that_went_away_makes_the_difference_unknown()
    {
        var one = NetworkDevices.Parse(Headings + Loopback)!;
        var two = NetworkDevices.Parse(Headings + Loopback + Card)!;
        Assert.Equal((Traffic.None, new Traffic(5000, 50, 3000, 30)), NetworkDevices.Since(two, one));
        Assert.Equal((null, null), NetworkDevices.Since(one, two));
        var restarted = NetworkDevices.Parse(Headings + Loopback + Card.Replace("5000", "4999"))!;
        Assert.Equal((null, null), NetworkDevices.Since(restarted, two));
    }
}
