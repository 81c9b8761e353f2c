using System.Globalization;

namespace Hearth.Confinement.Egress;

/// <summary>The sockets of a network namespace that are bound or connected: <c>/proc/PID/net/tcp</c> and its siblings, which all have one form.</summary>
static class SocketTables
{
    static readonly string[] Files = ["tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6"];

    const int InodeColumn = 9;

    internal static IEnumerable<ulong> Inodes(int process) => Files.SelectMany(file => Parse(ProcFile.Read(process, $"net/{file}") ?? ""));

    /// <summary>The numbers of the sockets. A line of another form is left out: its socket then counts as one that isn't in the table.</summary>
    internal static IEnumerable<ulong> Parse(string table)
    {
        foreach (var line in table.Split('\n').Skip(1))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > InodeColumn && ulong.TryParse(words[InodeColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var inode))
                yield return inode;
        }
    }
}
