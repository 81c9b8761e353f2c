using System.Net;
using System.Net.Sockets;

namespace Hearth.Probe.Attempts;

/// <summary>Real connections to listeners on this machine, by what .NET offers: nothing of it leaves the machine, in the control run either.</summary>
static class ConnectionAttempts
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal static readonly Attempt[] All =
    [
        new("TcpClient", "any server", t => Outcome.Managed(() =>
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, t.TcpPort);
        })),
        new("TcpListener", "a way in for others", _ => Outcome.Managed(() =>
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
        })),
        new("UdpClient", "any receiver of packets", t => Outcome.Managed(() =>
        {
            using var client = new UdpClient();
            client.Send([1], 1, new IPEndPoint(IPAddress.Loopback, t.UdpPort));
        })),
        new("HttpClient", "any web server", t => Outcome.Managed(() =>
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            using var client = new HttpClient(handler) { Timeout = Patience };
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{t.TcpPort}/"));
            using var answer = client.Send(request);
        })),
        // Of all names this is the one that no resolver asks others for.
        new("Dns", "addresses of names, and a name server that hears the questions", _ => Outcome.Managed(() => Dns.GetHostAddresses("localhost"))),
        new("UNIX socket by path", "services such as the one that starts containers, which can do everything", t => Connect(t.In("listener"))),
        new("UNIX socket without a path", "services that hide behind a name, such as those of a desktop", t => Connect($"\0{t.AbstractName}")),
    ];

    static string Connect(string name) => Outcome.Managed(() =>
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(name));
    });
}
