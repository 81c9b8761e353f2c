using System.Globalization;

namespace Hearth.Confinement.Egress;

/// <summary>The counters of the interfaces of a network namespace: <c>/proc/PID/net/dev</c>.</summary>
/// <remarks>Two lines of headings, then <c>NAME: 8 numbers of what came in, 8 of what went out</c>; bytes and packets are the first two of each.</remarks>
static class NetworkDevices
{
    internal const string Loopback = "lo";

    const int NumbersPerDirection = 8;

    /// <summary>The interfaces by name; null where a line isn't of that form, since what it says would be missing in the sum.</summary>
    internal static IReadOnlyDictionary<string, Traffic>? Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var devices = new Dictionary<string, Traffic>();
        foreach (var line in lines.Skip(2))
        {
            // A name may hold anything but spaces, slashes and colons.
            var colon = line.LastIndexOf(':');
            if (colon < 0 || Counters(line[(colon + 1)..]) is not { } traffic || !devices.TryAdd(line[..colon].Trim(), traffic))
                return null;
        }

        // Every namespace has a loopback interface.
        return devices.ContainsKey(Loopback) ? devices : null;
    }

    /// <summary>The sum over all interfaces but the loopback one. What crosses a bridge is counted at each of its ends.</summary>
    internal static Traffic Beyond(IReadOnlyDictionary<string, Traffic> devices)
        => devices.Where(d => d.Key != Loopback).Aggregate(Traffic.None, (sum, d) => sum.Plus(d.Value));

    /// <summary>What came since; null where an interface is missing now or counts from anew.</summary>
    internal static (Traffic? Loopback, Traffic? Beyond) Since(IReadOnlyDictionary<string, Traffic> now, IReadOnlyDictionary<string, Traffic> earlier)
    {
        if (earlier.Keys.Any(name => !now.ContainsKey(name)))
            return (null, null);
        var since = new Dictionary<string, Traffic>();
        foreach (var (name, traffic) in now)
        {
            if (traffic.Since(earlier.GetValueOrDefault(name, Traffic.None)) is not { } passed)
                return (null, null);
            since[name] = passed;
        }

        return (since[Loopback], Beyond(since));
    }

    static Traffic? Counters(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2 * NumbersPerDirection)
            return null;
        var numbers = new long[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!long.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        }

        return new(
            BytesOut: numbers[NumbersPerDirection], PacketsOut: numbers[NumbersPerDirection + 1],
            BytesIn: numbers[0], PacketsIn: numbers[1]);
    }
}
