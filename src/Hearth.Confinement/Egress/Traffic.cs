namespace Hearth.Confinement.Egress;

/// <summary>Bytes and packets, seen from the process: out is what it sends.</summary>
public sealed record Traffic(long BytesOut, long PacketsOut, long BytesIn, long PacketsIn)
{
    internal static readonly Traffic None = new(0, 0, 0, 0);

    internal Traffic Plus(Traffic other)
        => new(BytesOut + other.BytesOut, PacketsOut + other.PacketsOut, BytesIn + other.BytesIn, PacketsIn + other.PacketsIn);

    /// <summary>What came since; null where a counter went back, so that it isn't the same one any more.</summary>
    internal Traffic? Since(Traffic earlier)
    {
        var since = new Traffic(
            BytesOut - earlier.BytesOut, PacketsOut - earlier.PacketsOut, BytesIn - earlier.BytesIn, PacketsIn - earlier.PacketsIn);
        return since is { BytesOut: >= 0, PacketsOut: >= 0, BytesIn: >= 0, PacketsIn: >= 0 } ? since : null;
    }
}

/// <summary>Calls over IPv4 and IPv6, whatever became of them.</summary>
/// <param name="Sockets">Sockets that were made.</param>
/// <param name="Connects">Calls of connect(2), over TCP and UDP.</param>
/// <param name="Sends">Datagrams that were given an address when they were sent (UDP).</param>
public sealed record CallAttempts(long Sockets, long Connects, long Sends);
