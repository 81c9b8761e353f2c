using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hearth.Confinement.Egress;

/// <summary>Where the control groups (version 2) of this machine are, and which one a process is in.</summary>
static partial class CgroupPlace
{
    /// <summary>The folder under which the groups lie; null where none is mounted whole.</summary>
    internal static string? Mount() => ProcFile.Read("/proc/self/mountinfo") is { } text ? Mount(text) : null;

    /// <summary>Of <c>mountinfo</c>: NUMBER PARENT DEVICE ROOT PLACE OPTIONS [TAG…] - TYPE SOURCE OPTIONS (proc_pid_mountinfo(5)).</summary>
    internal static string? Mount(string mountinfo)
    {
        foreach (var line in mountinfo.Split('\n'))
        {
            var words = line.Split(' ');
            var dash = Array.IndexOf(words, "-");
            if (dash >= 6 && dash + 1 < words.Length && words[dash + 1] == "cgroup2" && words[3] == "/")
                return FromBytes(Escapes().Replace(words[4], m => ((char)Convert.ToInt32(m.Groups[1].Value, 8)).ToString(CultureInfo.InvariantCulture)));
        }

        return null;
    }

    /// <summary>The group of a process, as a path below the mount; null where it has none that can be reached from here.</summary>
    internal static string? Of(int process) => ProcFile.Read(process, "cgroup") is { } text ? Parse(text) : null;

    /// <summary>Version 2 is the line that begins with <c>0::</c>. A path that climbs lies outside what this process is shown.</summary>
    internal static string? Parse(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("0::/", StringComparison.Ordinal))
            {
                var path = FromBytes(line["0::".Length..]);
                return path.Split('/').Contains("..") || path.EndsWith(" (deleted)", StringComparison.Ordinal) ? null : path.TrimEnd('/');
            }
        }

        return null;
    }

    static string FromBytes(string text) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));

    [GeneratedRegex(@"\\([0-3][0-7]{2})")]
    private static partial Regex Escapes();
}
