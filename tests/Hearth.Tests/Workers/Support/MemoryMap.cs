using System.Globalization;
using System.Text.RegularExpressions;

namespace Hearth.Tests.Workers.Support;

/// <summary>One line of <c>/proc/PID/maps</c> (proc_pid_maps(5)).</summary>
sealed partial record MemoryMap(long Start, long End, string Permissions, long Offset, string File)
{
    internal bool IsExecutable => Permissions[2] == 'x';

    internal bool IsWritable => Permissions[1] == 'w';

    /// <summary>The mappings of a process, or null where this user may not look into it.</summary>
    internal static IReadOnlyList<MemoryMap>? Of(int process)
    {
        try
        {
            return [.. System.IO.File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/maps")).Select(Parse)];
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static MemoryMap Parse(string line)
    {
        var parts = Line().Match(line).Groups;
        return new(Number(parts[1]), Number(parts[2]), parts[3].Value, Number(parts[4]), parts[5].Value);
    }

    /// <summary>The first bytes of this mapping.</summary>
    internal byte[] Read(int process, int count)
    {
        var bytes = new byte[count];
        using var memory = System.IO.File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/mem"));
        return bytes.AsSpan(0, RandomAccess.Read(memory, bytes, Start)).ToArray();
    }

    /// <summary>Whether both show the same page of the same file.</summary>
    internal bool Overlaps(MemoryMap other) => File == other.File && Offset < other.Offset + other.End - other.Start && other.Offset < Offset + End - Start;

    static long Number(Group text) => long.Parse(text.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) \S+ \d+\s*(.*)$")]
    private static partial Regex Line();
}
