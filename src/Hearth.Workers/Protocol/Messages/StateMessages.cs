using Hearth.Requests.Models;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>The answer to a ping: passes done and sequences running, as last known.</summary>
readonly record struct Pong(long PassesDone, int Running);

/// <summary>How the engine is: counters, a sign of life, flow control.</summary>
static class StateMessages
{
    internal static void Write(WireWriter wire, EngineStats stats)
    {
        wire.Count(1, stats.PagesUsed);
        wire.Count(2, stats.PagesTotal);
        wire.Count(3, stats.Running);
        wire.Count(4, stats.Waiting);
        wire.Count(5, stats.PassesDone);
        wire.Count(6, stats.ResidentBytes);
        wire.Count(7, stats.AnonymousBytes);
        wire.Count(8, stats.PeakResidentBytes);
    }

    internal static EngineStats ReadStats(ReadOnlySpan<byte> body)
    {
        var stats = new EngineStats(0, 0, 0, 0, 0, 0, 0, 0);
        var wire = new WireReader("StatsReply", body);
        while (wire.Next())
        {
            stats = wire.Field switch
            {
                1 => stats with { PagesUsed = wire.Count() },
                2 => stats with { PagesTotal = wire.Count() },
                3 => stats with { Running = wire.Count() },
                4 => stats with { Waiting = wire.Count() },
                5 => stats with { PassesDone = wire.LongCount() },
                6 => stats with { ResidentBytes = wire.LongCount() },
                7 => stats with { AnonymousBytes = wire.LongCount() },
                8 => stats with { PeakResidentBytes = wire.LongCount() },
                _ => throw wire.Unknown(),
            };
        }

        return stats;
    }

    internal static void Write(WireWriter wire, Pong pong)
    {
        wire.Count(1, pong.PassesDone);
        wire.Count(2, pong.Running);
    }

    internal static Pong ReadPong(ReadOnlySpan<byte> body)
    {
        var pong = new Pong(0, 0);
        var wire = new WireReader("Pong", body);
        while (wire.Next())
        {
            pong = wire.Field switch
            {
                1 => pong with { PassesDone = wire.LongCount() },
                2 => pong with { Running = wire.Count() },
                _ => throw wire.Unknown(),
            };
        }

        return pong;
    }

    internal static void WriteCredit(WireWriter wire, int items) => wire.Count(1, items);

    internal static int ReadCredit(ReadOnlySpan<byte> body)
    {
        var items = 0;
        var wire = new WireReader("Credit", body);
        while (wire.Next())
            items = wire.Field == 1 ? wire.Count(Limits.Credit) : throw wire.Unknown();
        return items;
    }

    /// <summary>A message without fields.</summary>
    internal static void ReadNothing(string message, ReadOnlySpan<byte> body)
    {
        var wire = new WireReader(message, body);
        if (wire.Next())
            throw wire.Unknown();
    }
}
