using System.Globalization;

namespace Hearth.Benchmarks.Machine;

/// <summary>Processes below another one, and what they do.</summary>
static class ProcessTree
{
    /// <summary>Children, their children, and so on.</summary>
    internal static IEnumerable<int> Descendants(int processId)
    {
        foreach (var child in Children(processId))
        {
            yield return child;
            foreach (var below in Descendants(child))
                yield return below;
        }
    }

    /// <summary>Processor time that a process used so far, in clock ticks.</summary>
    internal static long Ticks(int processId)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..13].Sum(text => long.Parse(text, CultureInfo.InvariantCulture));
    }

    /// <summary>Those that it started and that it has not waited for yet, ended ones too.</summary>
    internal static int[] Children(int processId)
    {
        return [.. Threads(processId)
            .SelectMany(task => ChildrenOf(task).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
    }

    /// <summary>None where the process has ended.</summary>
    static string[] Threads(int processId)
    {
        try
        {
            return Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/task"));
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>A thread may end while its process is looked at; its children are another thread's then.</summary>
    static string ChildrenOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
