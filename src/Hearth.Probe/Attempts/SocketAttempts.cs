using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>A socket of every family that has ever led somewhere. Numbers: the kernel's <c>include/linux/socket.h</c> and <c>include/linux/net.h</c>.</summary>
static unsafe class SocketAttempts
{
    const int Stream = 1, Datagram = 2, Raw = 3, Sequence = 5;

    internal static readonly Attempt[] All =
    [
        Socket("socket inet", 2, Stream, 0, "connections to any machine over IPv4"),
        Socket("socket inet6", 10, Stream, 0, "connections to any machine over IPv6"),
        Socket("socket mptcp", 2, Stream, 262, "connections past rules that know TCP only"),
        Socket("socket udp", 2, Datagram, 0, "packets to any machine, such as questions to a name server that carry data"),
        Socket("socket udp6", 10, Datagram, 0, "the same over IPv6"),
        Socket("socket ping", 2, Datagram, 1, "data hidden in echo requests"),
        Socket("socket raw", 2, Raw, 1, "packets of its own making"),
        Socket("socket packet", 17, Raw, 0, "everything that passes a network card, and frames of its own making"),
        Socket("socket unix", 1, Stream, 0, "services on this machine: desktop, containers, keys"),
        Socket("socket unix datagram", 1, Datagram, 0, "the machine's log and other services"),
        Socket("socket netlink route", 16, Raw, 0, "addresses, neighbours and routes of this machine"),
        Socket("socket netlink sock_diag", 16, Raw, 4, "a list of everybody's connections"),
        Socket("socket netlink uevent", 16, Raw, 15, "news of devices that are plugged in"),
        Socket("socket vsock", 40, Stream, 0, "the host of a virtual machine, past its firewall"),
        Socket("socket alg", 38, Sequence, 0, "a large and often faulty part of the kernel: its cryptography"),
        Socket("socket bluetooth", 31, Raw, 1, "devices nearby"),
        Socket("socket can", 29, Raw, 1, "the buses of a car or a plant"),
        Socket("socket xdp", 44, Raw, 0, "packets past the firewall"),
        Socket("socket smc", 43, Stream, 0, "connections over shared memory of network cards"),
        Socket("socket rds", 21, Sequence, 0, "connections of database clusters"),
        Socket("socket tipc", 30, Stream, 0, "connections of clusters"),
        Socket("socket rxrpc", 33, Datagram, 2, "calls to file servers"),
        Socket("socket kcm", 41, Sequence, 0, "messages over connections of others"),
        Socket("socket qipcrtr", 42, Datagram, 0, "the modem of a phone"),
        Socket("socket nfc", 39, Sequence, 0, "cards held to the machine"),
        new("socketpair", "a channel over which descriptors can be passed", _ => Pair()),
    ];

    static Attempt Socket(string name, int family, int type, int protocol, string gives) => new(name, gives, _ => Outcome.Opened(LibC.Socket(family, type, protocol)));

    static string Pair()
    {
        var pair = stackalloc int[2];
        var outcome = Outcome.Of(LibC.SocketPair(1, Stream, 0, pair));
        if (outcome == Outcome.Possible)
            (_, _) = (LibC.Close(pair[0]), LibC.Close(pair[1]));
        return outcome;
    }
}
