using System.Globalization;
using System.Text;

namespace Hearth.Confinement.Egress;

/// <summary>Files of <c>/proc</c> about another process. What stands in them is partly that process's own words, so that nothing is believed beyond its form.</summary>
static class ProcFile
{
    const int Longest = 1 << 20;

    internal static string Path(int process, string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{name}");

    /// <summary>The text, a character for each byte; null where it can't be read, the process has ended, or it is too long to be what it should.</summary>
    internal static string? Read(int process, string name) => Read(Path(process, name));

    internal static string? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (file.Read(buffer) is > 0 and var count)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
                if (text.Length > Longest)
                    return null;
            }

            return text.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The names in a folder that are numbers; null where it can't be read.</summary>
    internal static IReadOnlyList<int>? Numbers(string folder)
    {
        try
        {
            var numbers = new List<int>();
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
            {
                if (int.TryParse(System.IO.Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    numbers.Add(number);
            }

            return numbers;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A whole number behind a key of a status file, such as <c>Seccomp:</c>; the first one where there are several.</summary>
    internal static long? Number(string status, string key)
    {
        foreach (var line in status.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key, StringComparison.Ordinal) && line[key.Length..] is [':', .. var rest])
            {
                var value = rest.Trim();
                var end = value.IndexOfAny('\t', ' ');
                return long.TryParse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
            }
        }

        return null;
    }
}
