using System.Globalization;

namespace Hearth.Confinement.Egress;

/// <summary>Who a process is: <c>/proc/PID/stat</c>. The number is given again one day; number and start together are not.</summary>
/// <param name="Parent">The process that started it, or that took it over.</param>
/// <param name="StartTime">In ticks of the clock since the machine started.</param>
readonly record struct ProcessStat(int Parent, long StartTime)
{
    // proc_pid_stat(5) counts fields from 1; the third one is the first behind the name.
    const int First = 3, ParentField = 4, StartField = 22;

    internal static ProcessStat? Of(int process) => ProcFile.Read(process, "stat") is { } text ? Parse(text) : null;

    /// <summary>Reads the line. The name stands in parentheses and may hold spaces and parentheses itself, so the last one ends it.</summary>
    internal static ProcessStat? Parse(string text)
    {
        var fields = text[(text.LastIndexOf(')') + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return text.Contains(')', StringComparison.Ordinal) && fields.Length > StartField - First
            && int.TryParse(fields[ParentField - First], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && long.TryParse(fields[StartField - First], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new(parent, start)
            : null;
    }
}
