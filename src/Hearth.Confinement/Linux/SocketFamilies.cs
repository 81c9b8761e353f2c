namespace Hearth.Confinement.Linux;

/// <summary>The names of address families (<c>include/linux/socket.h</c>).</summary>
static class SocketFamilies
{
    static readonly Dictionary<uint, string> Names = new()
    {
        [0] = "unspecified", [1] = "UNIX", [2] = "IPv4", [3] = "AX.25", [4] = "IPX", [5] = "AppleTalk", [8] = "ATM PVC", [9] = "X.25", [10] = "IPv6",
        [15] = "key", [16] = "netlink", [17] = "packet", [20] = "ATM SVC", [21] = "RDS", [23] = "IrDA", [24] = "PPPoX", [26] = "LLC", [27] = "InfiniBand",
        [28] = "MPLS", [29] = "CAN", [30] = "TIPC", [31] = "Bluetooth", [32] = "IUCV", [33] = "RxRPC", [34] = "ISDN", [35] = "Phonet", [36] = "IEEE 802.15.4",
        [37] = "CAIF", [38] = "kernel crypto", [39] = "NFC", [40] = "vsock", [41] = "KCM", [42] = "QIPCRTR", [43] = "SMC", [44] = "XDP", [45] = "MCTP",
    };

    internal static string Name(uint family) => Names.TryGetValue(family, out var name) ? name : $"family {family}";
}
