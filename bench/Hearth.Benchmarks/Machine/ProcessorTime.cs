using System.Globalization;

namespace Hearth.Benchmarks.Machine;

/// <summary>Processor time since the machine started, in clock ticks: all of it, what was busy, and what we and our ended children used.</summary>
/// <remarks>
/// proc(5): the first line of <c>/proc/stat</c> holds user, nice, system, idle, iowait, irq, softirq, steal (guests are part of user); fields 14 to 17
/// of <c>/proc/self/stat</c> hold our own time and that of the children that were waited for, their children included. Time that the host
/// took away (steal) counts as used by others: it disturbs in the same way.
/// </remarks>
readonly record struct ProcessorTime(long Total, long Busy, long Own)
{
    internal static ProcessorTime Now() => Parse(File.ReadLines("/proc/stat").First(), File.ReadAllText("/proc/self/stat"));

    internal static ProcessorTime Parse(string machine, string self)
    {
        var ticks = machine.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number).ToArray();
        var idle = ticks[3] + ticks[4];

        // The second field is the program's name in parentheses and may hold spaces: count from behind it, where field 3 begins.
        var fields = self[(self.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessorTime(ticks.Sum(), ticks.Sum() - idle, fields[11..15].Sum(Number));
    }

    /// <summary>The share of the machine, 0 to 1, that others used since <paramref name="start"/>.</summary>
    /// <param name="start">Then.</param>
    /// <param name="ours">Ticks that are not others' either.</param>
    internal double UsedByOthersSince(ProcessorTime start, long ours = 0)
        => Math.Clamp((double)(Busy - start.Busy - (Own - start.Own) - ours) / Math.Max(1, Total - start.Total), 0, 1);

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
