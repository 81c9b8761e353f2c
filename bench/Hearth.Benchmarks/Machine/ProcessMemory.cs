using System.Globalization;

namespace Hearth.Benchmarks.Machine;

/// <summary>Memory of a process in bytes: the most that was ever resident, and what is resident now without belonging to a file.</summary>
readonly record struct ProcessMemory(long PeakResident, long Anonymous)
{
    internal static ProcessMemory Of(int processId)
        => Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status")));

    /// <summary>Reads the lines of <c>/proc/…/status</c>, which count in kibibytes.</summary>
    internal static ProcessMemory Parse(string status) => new(Bytes(status, "VmHWM:"), Bytes(status, "RssAnon:"));

    static long Bytes(string status, string name)
    {
        var line = status.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))
            ?? throw new CommandFailedException($"The process has no {name} any more: it ended before it could be measured.");
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
