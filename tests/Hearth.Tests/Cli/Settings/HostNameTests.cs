using Hearth.Cli.Settings;

namespace Hearth.Tests.Cli.Settings;

/// <summary>The name under which a server may be called is compared with what clients call it, which has neither.</summary>
public sealed class HostNameTests
{
    [Theory]
    [InlineData("hearth.lan", true)]
    [InlineData("hearth", true)]
    [InlineData("192.168.1.10", true)]
    [InlineData("[fe80::1]", true)]
    [InlineData("fe80::1", false)]
    [InlineData("hearth.lan:8377", false)]
    [InlineData("https://hearth.lan", false)]
    [InlineData("hearth lan", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    public void A_host_name_is_a_name_alone(string name, bool isOne) => Assert.Equal(isOne, Forms.HostNames.Read(["localhost", name], out _));
}
