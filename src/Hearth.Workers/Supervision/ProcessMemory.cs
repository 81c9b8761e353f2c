using System.Globalization;

namespace Hearth.Workers.Supervision;

/// <summary>Memory of another process, from <c>/proc</c>: what a worker says of itself is worth nothing.</summary>
static class ProcessMemory
{
    /// <summary>Resident bytes that belong to no file: weights after repacking, cache, scratch. Mapped pages of the model file can be dropped at any time.</summary>
    internal static long? Anonymous(int process)
    {
        try
        {
            return Anonymous(File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>RssAnon and RssShmem of a status file, which counts in kB of 1,024 bytes.</summary>
    internal static long? Anonymous(IEnumerable<string> status)
    {
        var found = false;
        var bytes = 0L;
        foreach (var line in status)
        {
            if ((line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
                && long.TryParse(line.AsSpan(line.IndexOf(':') + 1).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes))
            {
                found = true;
                bytes += kibibytes << 10;
            }
        }

        return found ? bytes : null;
    }
}
