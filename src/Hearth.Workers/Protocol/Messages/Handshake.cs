namespace Hearth.Workers.Protocol.Messages;

/// <summary>The versions of the protocol that the host speaks.</summary>
readonly record struct Hello(int LowestVersion, int HighestVersion)
{
    /// <summary>The version that this build speaks. Raised when a message changes its meaning or gains a field.</summary>
    internal const int Current = 6;

    internal static void Write(WireWriter wire, Hello hello)
    {
        wire.Count(1, hello.LowestVersion);
        wire.Count(2, hello.HighestVersion);
    }

    internal static Hello Read(ReadOnlySpan<byte> body)
    {
        var (lowest, highest) = (0, 0);
        var wire = new WireReader("Hello", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: lowest = wire.Count(); break;
                case 2: highest = wire.Count(); break;
                default: throw wire.Unknown();
            }
        }

        return new(lowest, highest);
    }
}

/// <summary>The version that the worker chose, and which build it is.</summary>
readonly record struct HelloAck(int Version, string Build)
{
    internal static void Write(WireWriter wire, HelloAck ack)
    {
        wire.Count(1, ack.Version);
        wire.Text(2, ack.Build);
    }

    internal static HelloAck Read(ReadOnlySpan<byte> body)
    {
        var (version, build) = (0, "");
        var wire = new WireReader("HelloAck", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: version = wire.Count(); break;
                case 2: build = wire.Text(Limits.NameBytes); break;
                default: throw wire.Unknown();
            }
        }

        return new(version, build);
    }
}
