using System.Globalization;
using System.Text;
using Hearth.Confinement.Linux;

namespace Hearth.Confinement.Egress;

/// <summary>The sockets that a process has open.</summary>
public sealed unsafe class HeldSockets
{
    /// <summary>The kernel's name of a socket's protocol is an attribute of the descriptor, whatever the namespace that it belongs to.</summary>
    const string ProtocolAttribute = "system.sockprotoname";
    const string Unnamed = "unnamed";

    static readonly string[] OverIp = ["TCP", "TCPv6", "MPTCP", "MPTCPv6", "UDP", "UDPv6", "UDP-Lite", "UDPLITEv6", "RAW", "RAWv6", "PING", "PINGv6"];

    const int LongestName = 64;

    HeldSockets(IReadOnlyDictionary<string, int> byProtocol, IReadOnlyList<ulong> networkInodes)
        => (ByProtocol, NetworkInodes) = (byProtocol, networkInodes);

    /// <summary>How many there are of each protocol, by the kernel's name for it, such as <c>TCP</c> or <c>UNIX-STREAM</c>.</summary>
    public IReadOnlyDictionary<string, int> ByProtocol { get; }

    /// <summary>Those that could lead to another machine: all but UNIX (to processes here) and netlink (to the kernel).</summary>
    public int Network => NetworkInodes.Count;

    /// <summary>The others.</summary>
    public int Local => ByProtocol.Values.Sum() - Network;

    /// <summary>Network sockets of families that programs at a control group don't see: packets below IP, virtual machines, Bluetooth and so on.</summary>
    internal int OutsideIp => ByProtocol.Where(p => !IsLocal(p.Key) && !OverIp.Contains(p.Key)).Sum(p => p.Value);

    internal IReadOnlyList<ulong> NetworkInodes { get; }

    /// <summary>Lists them; null where this process may not look: a worker can be looked at by root only.</summary>
    public static HeldSockets? Of(int process)
    {
        if (ProcFile.Numbers(ProcFile.Path(process, "fd")) is not { } descriptors)
            return null;
        var byProtocol = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var network = new List<ulong>();
        foreach (var descriptor in descriptors)
        {
            var path = ProcFile.Path(process, $"fd/{descriptor}");
            if (Inode(new FileInfo(path).LinkTarget) is not { } inode)
                continue;
            var protocol = Protocol(path);
            byProtocol[protocol] = byProtocol.GetValueOrDefault(protocol) + 1;
            if (!IsLocal(protocol))
                network.Add(inode);
        }

        return new(byProtocol, network);
    }

    /// <summary>From <c>socket:[123]</c> to the number; null for what isn't a socket.</summary>
    internal static ulong? Inode(string? target)
        => target is not null && target.StartsWith("socket:[", StringComparison.Ordinal) && target.EndsWith(']')
            && ulong.TryParse(target["socket:[".Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var inode) ? inode : null;

    /// <summary>A protocol that isn't known to stay here counts as one that doesn't.</summary>
    internal static bool IsLocal(string protocol) => protocol is "NETLINK" or "UNIX" || protocol.StartsWith("UNIX-", StringComparison.Ordinal);

    static string Protocol(string path)
    {
        var name = stackalloc byte[LongestName];
        var length = LibC.Attribute(path, ProtocolAttribute, name, LongestName);
        return length > 1 ? Encoding.Latin1.GetString(name, (int)length).TrimEnd('\0') : Unnamed;
    }
}
