using System.Globalization;
using System.Text.RegularExpressions;

namespace Hearth.Benchmarks.Kills;

/// <summary>What processes can leave on a machine beside themselves: network namespaces, and files in the folders where everybody may write.</summary>
sealed partial record MachineState(IReadOnlySet<string> Namespaces, IReadOnlySet<string> Files)
{
    static readonly string[] Shared = ["/tmp", "/dev/shm"];

    /// <summary>Of namespaces only those that this user may see.</summary>
    internal static MachineState Now() => new(
        Directory.GetDirectories("/proc").Where(IsProcess).Select(NetworkNamespace).OfType<string>().ToHashSet(),
        Shared.Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries).ToHashSet());

    /// <summary>The numbers of all processes whose arguments hold a word. An ended one that nobody waited for has no arguments any more.</summary>
    internal static IReadOnlyList<int> ProcessesWith(string word)
        => [.. Directory.GetDirectories("/proc").Where(IsProcess).Where(p => Read(Path.Combine(p, "cmdline")).Contains(word, StringComparison.Ordinal)).Select(Number)];

    /// <summary>New files that carry the number of one of these processes, as a runtime names its own.</summary>
    internal IReadOnlyList<string> FilesOf(IReadOnlySet<int> processes, MachineState before)
        => [.. Files.Except(before.Files).Where(f => Numbers().Matches(Path.GetFileName(f)).Any(m => int.TryParse(m.Value, CultureInfo.InvariantCulture, out var n) && processes.Contains(n)))];

    static bool IsProcess(string folder) => char.IsAsciiDigit(Path.GetFileName(folder)[0]);

    static int Number(string folder) => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);

    static string? NetworkNamespace(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "ns", "net")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
