using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Hearth.Server;

/// <summary>Where a server listens.</summary>
/// <param name="Address">An IP address; other machines reach it only where this isn't one of loopback, and then only with a certificate.</param>
/// <param name="Port">The port; 0 for any that is free.</param>
public sealed record ListenOptions(string Address, int Port)
{
    /// <summary>The port that is taken where none is named.</summary>
    public const int UsualPort = 8377;

    /// <summary>The address that is taken where none is named: programs of this machine only.</summary>
    public const string UsualAddress = "127.0.0.1";

    /// <summary>Names of this machine for itself.</summary>
    public static IReadOnlyList<string> LoopbackNames { get; } = ["localhost", "127.0.0.1", "::1"];

    /// <summary>For TLS; null for none. Borrowed.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How long streams that are under way may go on once the server is told to end.</summary>
    public TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(20);

    internal IPAddress Parsed => IPAddress.Parse(Address);

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLocal() => IPAddress.IsLoopback(Parsed);

    /// <summary>As it stands in addresses of the web.</summary>
    internal string HostName => Address.Contains(':') ? $"[{Address}]" : Address;

    /// <summary>Whether an address stands for all of the machine's.</summary>
    public static bool IsEverywhere(string address) => IPAddress.Parse(address) is var parsed && (parsed.Equals(IPAddress.Any) || parsed.Equals(IPAddress.IPv6Any));

    /// <summary>Whether a text is an IP address.</summary>
    public static bool IsAddress(string text) => IPAddress.TryParse(text, out _);
}
